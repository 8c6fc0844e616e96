import { createHash } from 'node:crypto';
import {
  type Claim,
  controllerReference,
  type DaemonSet,
  isControlledBy,
  type Node,
  type Pod,
  type StatefulSet,
  type Toleration,
} from '../objects.ts';
import { type Controller, isActive, isReady, nonzero, type World } from '../world.ts';
import { matchesNodeSelection, untolerated } from './scheduler.ts';

/** The label with the revision of a pod's template. */
const HASH = 'controller-revision-hash';

/** StatefulSets maintain pods with ordinals, and their PersistentVolumeClaims. */
export const statefulSets: Controller = {
  watches: ['statefulsets.apps', 'pods'],
  reconcile(world) {
    for (const set of world.store.list<StatefulSet>('statefulsets.apps')) reconcileStatefulSet(world, set);
  },
};

function reconcileStatefulSet(world: World, set: StatefulSet): void {
  const { store } = world;
  const { namespace = '', name } = set.metadata;
  const { replicas = 1, podManagementPolicy, template } = set.spec;
  const first = set.spec.ordinals?.start ?? 0;
  const revision = `${name}-${hashOf(template)}`;
  for (let ordinal = first; ordinal < first + replicas; ordinal += 1) {
    const pod = `${name}-${ordinal}`;
    const existing = store.find<Pod>('pods', { namespace, name: pod });
    if (!existing) {
      const labels = {
        ...template.metadata?.labels,
        [HASH]: revision,
        'statefulset.kubernetes.io/pod-name': pod,
      };
      world.makePod(set, withClaims(world, set, pod), { name: pod, labels });
    }
    if (podManagementPolicy === 'OrderedReady' && !(existing && isReady(existing))) break;
  }
  const pods = store.list<Pod>('pods', namespace).filter((pod) => isControlledBy(pod, set));
  for (const pod of pods) {
    if (ordinalOf(pod) >= first + replicas && pod.metadata.deletionTimestamp === undefined) world.deletePod(pod);
  }
  const isUpdated = ({ metadata }: Pod) => metadata.labels?.[HASH] === revision;
  const areAllReady = pods.length === replicas && pods.every((pod) => isActive(pod) && isReady(pod));
  // Source: Kubernetes, StatefulSets, rolling updates: from the last ordinal to the first, one at a time.
  if (areAllReady && set.spec.updateStrategy?.type !== 'OnDelete') {
    const [last] = pods.filter((pod) => !isUpdated(pod)).sort((a, b) => ordinalOf(b) - ordinalOf(a));
    if (last) world.deletePod(last);
  }
  const ready = pods.filter(isReady).length;
  store.change<StatefulSet>('statefulsets.apps', set.metadata, (draft) => {
    draft.status = {
      observedGeneration: draft.metadata.generation ?? 1,
      replicas: pods.length,
      ...nonzero({ readyReplicas: ready, currentReplicas: pods.length, updatedReplicas: pods.filter(isUpdated).length }),
      availableReplicas: ready,
      currentRevision: revision,
      updateRevision: revision,
      collisionCount: 0,
    };
  });
}

function ordinalOf({ metadata }: Pod): number {
  return Number(metadata.name.split('-').at(-1));
}

/** A part of the revision of a template. */
function hashOf(template: object): string {
  return createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 9);
}

function withClaims(world: World, set: StatefulSet, pod: string): StatefulSet['spec']['template'] {
  const { template, volumeClaimTemplates = [] } = set.spec;
  const volumes = volumeClaimTemplates.map((claim) => {
    const volume = claim.metadata?.name ?? '';
    const name = `${volume}-${pod}`;
    const deletes = set.spec.persistentVolumeClaimRetentionPolicy?.whenDeleted === 'Delete';
    const ownerReferences = deletes ? { ownerReferences: [controllerReference(set)] } : {};
    const metadata = { name, namespace: set.metadata.namespace ?? '', ...ownerReferences };
    const spec = claim.spec as Claim['spec'];
    world.make<Claim>('persistentvolumeclaims', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec });
    return { name: volume, persistentVolumeClaim: { claimName: name } };
  });
  if (volumes.length === 0 || !template.spec) return template;
  return { ...template, spec: { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...volumes] } };
}

/** The tolerations that every pod of a DaemonSet gets. Source: Kubernetes, DaemonSet: taints and tolerations. */
const daemonTolerations: Toleration[] = [
  ...['not-ready', 'unreachable'].map((key) => ({ key, effect: 'NoExecute' })),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((key) => ({ key, effect: 'NoSchedule' })),
].map(({ key, effect }) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect }));

/** DaemonSets run a pod on every eligible node. */
export const daemonSets: Controller = {
  watches: ['daemonsets.apps', 'pods', 'nodes'],
  reconcile(world) {
    for (const set of world.store.list<DaemonSet>('daemonsets.apps')) reconcileDaemonSet(world, set);
  },
};

function reconcileDaemonSet(world: World, set: DaemonSet): void {
  const { template } = set.spec;
  const ownPods = () =>
    world.store.list<Pod>('pods', set.metadata.namespace).filter((pod) => isControlledBy(pod, set) && isActive(pod));
  const allTolerations = [...(template.spec?.tolerations ?? []), ...daemonTolerations];
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
  const labels = { ...template.metadata?.labels, [HASH]: hashOf(template) };
  for (const node of nodes) {
    if (on(before, node).length === 0) world.makePod(set, pinned(template, node, allTolerations), { labels });
  }
  const isUpdated = ({ metadata }: Pod) => metadata.labels?.[HASH] === labels[HASH];
  // Source: Kubernetes, DaemonSet, rolling update: with maxUnavailable 1, which is the default.
  const outdated = ownPods().find((pod) => !isUpdated(pod));
  if (outdated && ownPods().every(isReady)) world.deletePod(outdated);
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
      ...nonzero({
        updatedNumberScheduled: pods.filter(isUpdated).length,
        numberAvailable: ready,
        numberUnavailable: nodes.length - ready,
      }),
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
