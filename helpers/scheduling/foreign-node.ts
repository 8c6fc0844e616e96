import type { Node } from '../cluster/cluster.ts';
import type { RequirementContext } from '../requirement/context.ts';
import { seconds, waitFor } from '../wait.ts';
import { removePodsOn } from './cordon.ts';

/** What the scheduler wants to know of a node before it places a pod there. */
const status = {
  allocatable: { cpu: '4', memory: '8Gi', pods: '20' },
  capacity: { cpu: '4', memory: '8Gi', pods: '20' },
  conditions: [{ type: 'Ready', status: 'True', reason: 'Conformance', message: 'A node object without a kubelet' }],
};

/** Adds a Node object of another operating system, free of taints and without a kubelet, while `use` runs. */
export async function withForeignNode(context: RequirementContext, use: (node: Node) => Promise<void>): Promise<void> {
  const { client, scratch, run } = context;
  const name = `foreign-${run.id}`;
  const reference = { apiVersion: 'v1', kind: 'Node', name };
  const labels = { 'kubernetes.io/os': 'windows', 'kubernetes.io/hostname': name };
  const made = await scratch.create<Node>({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
  try {
    await client.merge(reference, { status }, 'status');
    const node = await waitFor({
      what: `the node ${name} free of taints`,
      within: seconds(15),
      observe: async () => {
        await client.merge(reference, { spec: { taints: null } });
        return client.get<Node>(reference);
      },
      until: ({ spec }) => (spec.taints ?? []).length === 0,
      describe: ({ spec }) => JSON.stringify(spec.taints),
    });
    await use(node);
  } finally {
    await removePodsOn(context, name);
    await scratch.remove(made);
  }
}
