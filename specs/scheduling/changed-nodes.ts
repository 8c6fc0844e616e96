import { describePod, isReady, type Pod } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { Node } from '../../helpers/suite/cluster.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, stays, waitFor } from '../../helpers/wait.ts';

/** The status that the scheduler requires of a node before it places a pod there. */
const schedulable = {
  allocatable: { cpu: '4', memory: '8Gi', pods: '20' },
  capacity: { cpu: '4', memory: '8Gi', pods: '20' },
  conditions: [{ type: 'Ready', status: 'True', reason: 'Conformance', message: 'A node object without a kubelet' }],
};

/**
 * Runs `use` with a Node object that has neither taints nor a kubelet, and removes the node and its pods afterwards. The node's
 * operating system is `windows`; its other labels are those of `like`, so that only the operating system can keep a pod away.
 * @param like the name of an existing node
 */
export async function withForeignNode(
  context: RequirementContext,
  like: string,
  use: (node: Node) => Promise<void>,
): Promise<void> {
  const { client, scratch, run } = context;
  const name = `foreign-${run.id}`;
  const reference = { apiVersion: 'v1', kind: 'Node', name };
  const model = await client.get<Node>({ ...reference, name: like });
  const labels = {
    // Without the labels of roles, by which components of the cluster choose nodes.
    ...Object.fromEntries(
      Object.entries(model.metadata.labels ?? {}).filter(([label]) => !label.startsWith('node-role.kubernetes.io/')),
    ),
    'kubernetes.io/os': 'windows',
    'beta.kubernetes.io/os': 'windows',
    'kubernetes.io/hostname': name,
  };
  const created = await scratch.create<Node>({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } });
  try {
    await client.merge(reference, { status: schedulable }, 'status');
    const node = await waitFor({
      what: `the node ${name} without taints`,
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
    await scratch.remove(created);
  }
}

/** Deletes every pod of a node without a grace period: there is no kubelet that would confirm the deletion. */
async function removePodsOn({ client }: RequirementContext, node: string): Promise<void> {
  const pods = await client.list<Pod>({ apiVersion: 'v1', kind: 'Pod' }, { fieldSelector: `spec.nodeName=${node}` });
  for (const pod of pods) await client.remove(pod, 0);
}

/** Runs `use` while every node except `server` is cordoned. */
export async function withAgentsCordoned<T>(
  { client, cluster }: RequirementContext,
  server: Node,
  use: () => Promise<T>,
): Promise<T> {
  const agents = (await cluster.nodes()).filter(({ metadata }) => metadata.name !== server.metadata.name);
  const setUnschedulable = async (unschedulable: boolean) => {
    for (const { metadata } of agents) {
      await client.merge({ apiVersion: 'v1', kind: 'Node', name: metadata.name }, { spec: { unschedulable } });
    }
  };
  await setUnschedulable(true);
  try {
    return await use();
  } finally {
    await setUnschedulable(false);
  }
}

/** What a requirement verifies while a node has the second taint. */
interface SecondTaint {
  /** Waits until the taint has evicted the pod; returns the time since the taint was added, in milliseconds. */
  evicts(pod: Pod): Promise<number>;
  /** Verifies that the pod stays Ready for twice as long as the eviction took, and for one second at least. */
  spares(pod: Pod, evictionTook: number): Promise<void>;
}

/** Runs `use` while the node of a pod has a second NoExecute taint, whose key belongs to this run. */
export async function withSecondTaint(
  context: RequirementContext,
  { spec: { nodeName = '' } }: Pod,
  use: (taint: SecondTaint) => Promise<void>,
): Promise<void> {
  const { client, run } = context;
  const reference = { apiVersion: 'v1', kind: 'Node', name: nodeName };
  const key = `conformance.kube-state-metrics/second-${run.id}`;
  const setTaints = async (change: (taints: NonNullable<Node['spec']['taints']>) => Node['spec']['taints']) => {
    const { spec } = await client.get<Node>(reference);
    await client.merge(reference, { spec: { taints: change(spec.taints ?? []) } });
  };
  await setTaints((taints) => [...taints, { key, value: 'true', effect: 'NoExecute' }]);
  const added = performance.now();
  try {
    await use({
      evicts: async (pod) => {
        await isEvicted(context, pod);
        return Math.round(performance.now() - added);
      },
      spares: (pod, evictionTook) => staysReady(context, pod, Math.max(seconds(1), 2 * evictionTook)),
    });
  } finally {
    await setTaints((taints) => taints.filter((taint) => taint.key !== key));
  }
}

async function isEvicted({ client, observed }: RequirementContext, pod: Pod): Promise<void> {
  const { uid, name } = pod.metadata;
  await waitFor({
    what: `the control pod ${name} evicted by the second taint`,
    within: seconds(30),
    observe: () => client.find<Pod>(referenceOf(pod)),
    until: (current) => current === undefined || current.metadata.uid !== uid || current.metadata.deletionTimestamp !== undefined,
    describe: describePod,
  });
  observed(`${name} was evicted`);
}

/** Two pods need not be evicted at the same moment, so the pod is observed for a while after the eviction of the other one. */
async function staysReady({ client, observed }: RequirementContext, pod: Pod, during: number): Promise<void> {
  await stays({
    what: `${pod.metadata.name} Ready on ${pod.spec.nodeName} despite the second taint`,
    during,
    observe: () => client.find<Pod>(referenceOf(pod)),
    holds: (current) => current !== undefined && current.metadata.uid === pod.metadata.uid && isReady(current),
    describe: describePod,
  });
  observed(`${pod.metadata.name} stayed`);
}
