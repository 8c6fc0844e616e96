import { cpuQuantity, quantity } from '../../helpers/catalogue/quantity.ts';
import { tolerates } from '../../helpers/kube/pod.ts';
import {
  type Claim,
  type Condition,
  type Node,
  type Pod,
  type PodSpec,
  setCondition,
  type Taint,
  type Toleration,
} from '../objects.ts';
import { holds, matchesSelector } from '../selectors.ts';
import { type Controller, isActive, type World } from '../world.ts';

/** Assigns pods to nodes, or sets PodScheduled to False with the message of the default scheduler. */
export const scheduler: Controller = {
  watches: ['pods', 'nodes', 'persistentvolumeclaims'],
  reconcile(world) {
    for (const pod of world.store.list<Pod>('pods')) if (waits(pod)) schedule(world, pod);
  },
};

function waits({ spec, metadata }: Pod): boolean {
  const isGated = (spec.schedulingGates ?? []).length > 0;
  return (
    spec.nodeName === undefined &&
    metadata.deletionTimestamp === undefined &&
    !isGated &&
    spec.schedulerName === 'default-scheduler'
  );
}

function schedule({ store, clock }: World, pod: Pod): void {
  const nodes = store.list<Node>('nodes');
  const pods = store.list<Pod>('pods').filter(isActive);
  const candidates = nodes.map((node) => ({ node, rejection: rejectionOf(node, pod, pods) }));
  const unbound = unboundClaim(pod, store.list<Claim>('persistentvolumeclaims', pod.metadata.namespace));
  const load = ({ metadata }: Node) => pods.filter(({ spec }) => spec.nodeName === metadata.name).length;
  const free = unbound ? [] : candidates.filter(({ rejection }) => rejection === undefined).map(({ node }) => node);
  const [best] = free.sort((a, b) => load(a) - load(b));
  const message = unbound ?? summary(candidates.map(({ rejection = '' }) => rejection));
  const condition: Condition = best
    ? { type: 'PodScheduled', status: 'True' }
    : { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
  store.change<Pod>('pods', pod.metadata, (draft) => {
    if (best) draft.spec.nodeName = best.metadata.name;
    const conditions = setCondition(draft.status?.conditions as Condition[] | undefined, condition, clock.timestamp());
    draft.status = { ...draft.status, conditions };
  });
}

/** Why a node is not feasible for a pod; filters in the scheduler's order. */
function rejectionOf(node: Node, { spec }: Pod, pods: readonly Pod[]): string | undefined {
  const taint = untolerated(node, spec.tolerations, ['NoSchedule', 'NoExecute']);
  if (node.spec.unschedulable) return 'node(s) were unschedulable';
  if (taint) return `node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`;
  if (!matchesNodeSelection(node, spec)) return "node(s) didn't match Pod's node affinity/selector";
  const podsOnNode = pods.filter((pod) => pod.spec.nodeName === node.metadata.name);
  const allocatable = node.status?.allocatable ?? {};
  for (const [name, read] of [
    ['cpu', cpuQuantity],
    ['memory', quantity],
  ] as const) {
    const used = podsOnNode.reduce((sum, pod) => sum + requested(pod.spec, name, read), 0);
    if (used + requested(spec, name, read) > read(allocatable[name] ?? '0')) return `Insufficient ${name}`;
  }
  return podsOnNode.length < Number(allocatable.pods ?? 0) ? undefined : 'Too many pods';
}

function requested({ containers }: PodSpec, name: string, read: (text: string) => number): number {
  return containers.reduce((sum, { resources }) => sum + read(resources?.requests?.[name] ?? '0'), 0);
}

function unboundClaim({ spec }: Pod, claims: readonly Claim[]): string | undefined {
  for (const { persistentVolumeClaim } of spec.volumes ?? []) {
    if (!persistentVolumeClaim) continue;
    const claim = claims.find(({ metadata }) => metadata.name === persistentVolumeClaim.claimName);
    if (!claim) return `persistentvolumeclaim "${persistentVolumeClaim.claimName}" not found`;
    if (claim.status?.phase !== 'Bound') return 'pod has unbound immediate PersistentVolumeClaims';
  }
  return undefined;
}

/** `0/2 nodes are available: 1 Insufficient cpu, 1 node(s) were unschedulable.` */
function summary(rejections: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const rejection of rejections) counts.set(rejection, (counts.get(rejection) ?? 0) + 1);
  const parts = [...counts].map(([rejection, count]) => `${count} ${rejection}`).sort();
  return `0/${rejections.length} nodes are available: ${parts.join(', ')}.`;
}

/** The first taint with one of the effects that the tolerations do not cover. Source: Kubernetes, Taints and tolerations. */
export function untolerated(node: Node, tolerations: readonly Toleration[] = [], effects: readonly string[]): Taint | undefined {
  return node.spec.taints?.find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

/** Whether a node matches the nodeSelector and required node affinity of a pod. */
export function matchesNodeSelection({ metadata }: Node, { nodeSelector, affinity }: PodSpec): boolean {
  if (!matchesSelector({ matchLabels: nodeSelector ?? {} }, metadata.labels)) return false;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!terms) return true;
  return terms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.every(({ key, operator, values = [] }) => holds(metadata.labels?.[key], operator, values)) &&
      matchFields.every(({ operator, values = [] }) => holds(metadata.name, operator, values)),
  );
}
