import { type Condition, isControlledBy, type Pod, type ReplicaSet } from '../objects.ts';
import { isActive, isReady, nonzero, type World } from '../world.ts';
import type { Controller } from './manager.ts';

/** ReplicaSets and ReplicationControllers maintain their number of pods. */
export const replicaSets: Controller = {
  watches: ['replicasets.apps', 'replicationcontrollers', 'pods', 'serviceaccounts'],
  reconcile(world) {
    for (const key of ['replicasets.apps', 'replicationcontrollers']) {
      for (const set of world.store.list<ReplicaSet>(key)) reconcile(world, key, set);
    }
  },
};

function reconcile(world: World, key: string, set: ReplicaSet): void {
  const { store } = world;
  const { namespace } = set.metadata;
  const ownPods = () => store.list<Pod>('pods', namespace).filter((pod) => isControlledBy(pod, set) && isActive(pod));
  const desired = set.metadata.deletionTimestamp === undefined ? (set.spec.replicas ?? 1) : 0;
  const pods = ownPods();
  const account = set.spec.template?.spec?.serviceAccountName ?? 'default';
  if (store.find('serviceaccounts', { namespace, name: account })) {
    for (let count = pods.length; count < desired; count += 1) world.makePod(set, set.spec.template);
  }
  // Unready pods are deleted first.
  for (const pod of [...pods]
    .sort((a, b) => Number(isReady(a)) - Number(isReady(b)))
    .slice(0, Math.max(0, pods.length - desired))) {
    world.deletePod(pod);
  }
  const now = ownPods();
  const ready = now.filter(isReady).length;
  const refusal = now.length < desired ? world.refusalOf(set) : undefined;
  store.change<ReplicaSet>(key, set.metadata, (draft) => {
    draft.status = {
      ...(refusal === undefined ? {} : { conditions: [replicaFailure(refusal)] }),
      replicas: now.length,
      ...nonzero({ fullyLabeledReplicas: now.length, readyReplicas: ready, availableReplicas: ready }),
      observedGeneration: draft.metadata.generation ?? 1,
    };
  });
}

/** Source: Kubernetes, ReplicaSet status: conditions. */
function replicaFailure(message: string): Condition {
  return { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: message.replace(/^Error creating: /, '') };
}
