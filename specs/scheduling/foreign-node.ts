import type { Node } from '../../helpers/suite/cluster.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { removePodsOn } from './cordon.ts';

/** What the scheduler wants to know of a node before it places a pod there. */
const status = {
  allocatable: { cpu: '4', memory: '8Gi', pods: '20' },
  capacity: { cpu: '4', memory: '8Gi', pods: '20' },
  conditions: [{ type: 'Ready', status: 'True', reason: 'Conformance', message: 'A node object without a kubelet' }],
};

/**
 * Adds a Node object, free of taints and without a kubelet, while `use` runs: it is of another operating system, and has every other
 * label of a node that pods run on, so that nothing but the operating system keeps a pod away.
 */
export async function withForeignNode(
  context: RequirementContext,
  like: string,
  use: (node: Node) => Promise<void>,
): Promise<void> {
  const { client, scratch, run } = context;
  const name = `foreign-${run.id}`;
  const reference = { apiVersion: 'v1', kind: 'Node', name };
  const { metadata: model } = await client.get<Node>({ ...reference, name: like });
  const own = { 'kubernetes.io/os': 'windows', 'beta.kubernetes.io/os': 'windows', 'kubernetes.io/hostname': name };
  // A cluster looks at roles itself.
  const others = Object.entries(model.labels ?? {}).filter(([label]) => !label.startsWith('node-role.kubernetes.io/'));
  const labels = { ...Object.fromEntries(others), ...own };
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
