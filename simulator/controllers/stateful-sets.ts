import { type Claim, controllerReference, isControlledBy, type Pod, type StatefulSet } from '../objects.ts';
import { type Controller, isReady, nonzero, type World } from '../world.ts';

/** StatefulSets maintain pods with ordinals, and their PersistentVolumeClaims. */
export const statefulSets: Controller = {
  watches: ['statefulsets.apps', 'pods'],
  reconcile(world) {
    for (const set of world.store.list<StatefulSet>('statefulsets.apps')) reconcile(world, set);
  },
};

function reconcile(world: World, set: StatefulSet): void {
  const { store } = world;
  const { namespace = '', name } = set.metadata;
  const { replicas = 1, podManagementPolicy, template } = set.spec;
  const first = set.spec.ordinals?.start ?? 0;
  const revision = `${name}-${set.metadata.uid.slice(0, 8)}`;
  for (let ordinal = first; ordinal < first + replicas; ordinal += 1) {
    const pod = `${name}-${ordinal}`;
    const existing = store.find<Pod>('pods', { namespace, name: pod });
    if (!existing) {
      const labels = {
        ...template.metadata?.labels,
        'controller-revision-hash': revision,
        'statefulset.kubernetes.io/pod-name': pod,
      };
      world.makePod(set, withClaims(world, set, pod), { name: pod, labels });
    }
    if (podManagementPolicy === 'OrderedReady' && !(existing && isReady(existing))) break;
  }
  const pods = store.list<Pod>('pods', namespace).filter((pod) => isControlledBy(pod, set));
  for (const pod of pods) {
    const ordinal = Number(pod.metadata.name.split('-').at(-1));
    if (ordinal >= first + replicas && pod.metadata.deletionTimestamp === undefined) world.deletePod(pod);
  }
  const ready = pods.filter(isReady).length;
  store.change<StatefulSet>('statefulsets.apps', set.metadata, (draft) => {
    draft.status = {
      observedGeneration: draft.metadata.generation ?? 1,
      replicas: pods.length,
      ...nonzero({ readyReplicas: ready, currentReplicas: pods.length, updatedReplicas: pods.length }),
      availableReplicas: ready,
      currentRevision: revision,
      updateRevision: revision,
      collisionCount: 0,
    };
  });
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
