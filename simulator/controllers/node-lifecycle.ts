import { toleratedFor } from '../../helpers/kube/pod.ts';
import { NOT_READY } from '../api/admission.ts';
import type { Node, Pod, Taint } from '../objects.ts';
import { type Controller, isActive, type World } from '../world.ts';

const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const OWN = [NOT_READY, UNSCHEDULABLE];

/** Taints nodes by their conditions and evicts pods that do not tolerate a NoExecute taint. */
export const nodeLifecycle: Controller = {
  watches: ['nodes', 'pods'],
  timed: true,
  reconcile(world) {
    for (const node of world.store.list<Node>('nodes')) updateTaints(world, node);
    const nodes = new Map(world.store.list<Node>('nodes').map((node) => [node.metadata.name, node]));
    for (const pod of world.store.list<Pod>('pods')) {
      const node = nodes.get(pod.spec.nodeName ?? '');
      if (node && isActive(pod) && isEvicted(world, node, pod)) world.deletePod(pod);
    }
  },
};

function updateTaints({ store }: World, { metadata, status }: Node): void {
  const isReady = status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True');
  store.change<Node>('nodes', metadata, ({ spec }) => {
    const desired: Taint[] = [
      ...(isReady ? [] : ['NoSchedule', 'NoExecute'].map((effect) => ({ key: NOT_READY, effect }))),
      ...(spec.unschedulable ? [{ key: UNSCHEDULABLE, effect: 'NoSchedule' }] : []),
    ];
    const same = (a: Taint, b: Taint) => a.key === b.key && a.effect === b.effect;
    const kept = (spec.taints ?? []).filter(
      (existing) => !OWN.includes(existing.key) || desired.some((taint) => same(existing, taint)),
    );
    const taints = [...kept, ...desired.filter((taint) => !kept.some((existing) => same(taint, existing)))];
    if (taints.length > 0) spec.taints = taints;
    else delete spec.taints;
  });
}

/** Source: Kubernetes, Taint based evictions: a pod that tolerates for a time stays for that time. */
function isEvicted({ clock }: World, node: Node, { spec, status }: Pod): boolean {
  return (node.spec.taints ?? []).some((taint) => {
    if (taint.effect !== 'NoExecute') return false;
    return clock.since(status?.startTime) >= toleratedFor(spec.tolerations ?? [], taint);
  });
}
