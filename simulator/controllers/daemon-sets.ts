import { type DaemonSet, isControlledBy, type Node, type Pod, type Toleration } from '../objects.ts';
import { type Controller, isActive, isReady, nonzero, type World } from '../world.ts';
import { matchesNodeSelection, untolerated } from './scheduler.ts';

/** The tolerations that every pod of a DaemonSet gets. Source: Kubernetes, DaemonSet: taints and tolerations. */
const tolerations: Toleration[] = [
  ...['not-ready', 'unreachable'].map((key) => ({ key, effect: 'NoExecute' })),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((key) => ({ key, effect: 'NoSchedule' })),
].map(({ key, effect }) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect }));

/** DaemonSets run a pod on every eligible node. */
export const daemonSets: Controller = {
  watches: ['daemonsets.apps', 'pods', 'nodes'],
  reconcile(world) {
    for (const set of world.store.list<DaemonSet>('daemonsets.apps')) reconcile(world, set);
  },
};

function reconcile(world: World, set: DaemonSet): void {
  const { template } = set.spec;
  const ownPods = () =>
    world.store.list<Pod>('pods', set.metadata.namespace).filter((pod) => isControlledBy(pod, set) && isActive(pod));
  const allTolerations = [...(template.spec?.tolerations ?? []), ...tolerations];
  const nodes = world.store
    .list<Node>('nodes')
    .filter(
      (node) =>
        template.spec &&
        matchesNodeSelection(node, template.spec) &&
        !untolerated(node, allTolerations, ['NoSchedule', 'NoExecute']),
    );
  const on = (pods: readonly Pod[], node: Node) => pods.filter((pod) => nodeOf(pod) === node.metadata.name);
  const before = ownPods();
  for (const node of nodes) if (on(before, node).length === 0) world.makePod(set, pinned(template, node, allTolerations));
  const pods = ownPods();
  const placed = nodes.filter((node) => on(pods, node).length > 0).length;
  const ready = pods.filter(isReady).length;
  world.store.change<DaemonSet>('daemonsets.apps', set.metadata, (draft) => {
    draft.status = {
      currentNumberScheduled: placed,
      desiredNumberScheduled: nodes.length,
      numberMisscheduled: pods.length - placed,
      numberReady: ready,
      observedGeneration: draft.metadata.generation ?? 1,
      ...nonzero({ updatedNumberScheduled: placed, numberAvailable: ready, numberUnavailable: nodes.length - ready }),
    };
  });
}

function pinned(
  template: DaemonSet['spec']['template'],
  { metadata }: Node,
  podTolerations: Toleration[],
): DaemonSet['spec']['template'] {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [metadata.name] }];
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
  return template.spec
    ? { ...template, spec: { ...template.spec, tolerations: podTolerations, affinity: { nodeAffinity } } }
    : template;
}

function nodeOf({ spec }: Pod): string | undefined {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return spec.nodeName ?? required?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0];
}
