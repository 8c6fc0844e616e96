import { createHash } from 'node:crypto';
import {
  type Condition,
  controllerReference,
  type Deployment,
  isControlledBy,
  isSameJson,
  type Pod,
  type ReplicaSet,
  setCondition,
} from '../objects.ts';
import { type Controller, isActive, isReady, nonzero, share, type World } from '../world.ts';

const SETS = 'replicasets.apps';
const HASH = 'pod-template-hash';

/** Deployments create a ReplicaSet for each template and scale down the old ones. */
export const deployments: Controller = {
  watches: ['deployments.apps', SETS, 'pods'],
  timed: true,
  reconcile(world) {
    for (const deployment of world.store.list<Deployment>('deployments.apps')) {
      if (deployment.metadata.deletionTimestamp === undefined) reconcileDeployment(world, deployment);
    }
  },
};

function reconcileDeployment(world: World, deployment: Deployment): void {
  const { store } = world;
  const { replicas = 1, paused, template } = deployment.spec;
  const ownSets = () =>
    store.list<ReplicaSet>(SETS, deployment.metadata.namespace).filter((set) => isControlledBy(set, deployment));
  const isCurrent = (set: ReplicaSet) => isSameJson(withoutHash(set.spec.template), template);
  const sets = ownSets();
  const old = sets.filter((set) => !isCurrent(set));
  let current = sets.find(isCurrent);
  const waitsForOld = deployment.spec.strategy?.type === 'Recreate' && old.some(({ status }) => (status?.replicas ?? 0) > 0);
  if (!current && !paused && !waitsForOld) current = makeSet(world, deployment);
  const scale = (set: ReplicaSet, count: number) =>
    store.change<ReplicaSet>(SETS, set.metadata, (draft) => {
      draft.spec.replicas = count;
    });
  if (current) scale(current, replicas);
  const isReplaced = deployment.spec.strategy?.type === 'Recreate' || (current?.status?.readyReplicas ?? 0) >= replicas;
  if (!paused && isReplaced) for (const set of old) scale(set, 0);
  for (const set of old) if (set.spec.replicas === 0 && (set.status?.replicas ?? 0) === 0) store.remove(SETS, set.metadata);
  updateStatus(world, deployment, ownSets(), current);
}

function makeSet(world: World, deployment: Deployment): ReplicaSet | undefined {
  const { metadata, spec } = deployment;
  const hash = createHash('sha256').update(JSON.stringify(spec.template)).digest('hex').slice(0, 9);
  const labels = { ...spec.template.metadata?.labels, [HASH]: hash };
  const template = { ...spec.template, metadata: { ...spec.template.metadata, labels } };
  const selector = { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [HASH]: hash } };
  return world.make<ReplicaSet>(SETS, {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      ...(metadata.namespace && { namespace: metadata.namespace }),
      labels,
      ownerReferences: [controllerReference(deployment)],
    },
    spec: { replicas: spec.replicas ?? 1, selector, template },
  });
}

function withoutHash(template: ReplicaSet['spec']['template']): unknown {
  const { [HASH]: _, ...labels } = template?.metadata?.labels ?? {};
  return { ...template, metadata: { ...template?.metadata, labels } };
}

function updateStatus(world: World, deployment: Deployment, sets: readonly ReplicaSet[], current: ReplicaSet | undefined): void {
  const { replicas: desired = 1, strategy, progressDeadlineSeconds = 600 } = deployment.spec;
  const count = (replicasOf: (set: ReplicaSet) => number | undefined) =>
    sets.reduce((sum, set) => sum + (replicasOf(set) ?? 0), 0);
  const available = count(({ status }) => status?.availableReplicas);
  const set = sets.find(({ metadata }) => metadata.uid === current?.metadata.uid);
  const updated = set?.status?.replicas ?? 0;
  const failures = (set?.status?.conditions ?? []) as Condition[];
  const spare = strategy?.type === 'RollingUpdate' ? share(strategy.rollingUpdate?.maxUnavailable, desired, Math.floor) : 0;
  const isAvailable = available >= desired - spare;
  const isComplete = available >= desired && updated >= desired;
  const isLate = !isComplete && world.clock.since(current?.metadata.creationTimestamp) > progressDeadlineSeconds;
  const conditions: Condition[] = [
    {
      type: 'Available',
      status: isAvailable ? 'True' : 'False',
      reason: isAvailable ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    },
    progress(isComplete, isLate, deployment.spec.paused === true),
    ...failures,
  ];
  world.store.change<Deployment>('deployments.apps', deployment.metadata, (draft) => {
    const before = ((draft.status?.conditions ?? []) as Condition[]).filter(
      ({ type }) => type !== 'ReplicaFailure' || failures.length > 0,
    );
    const now = world.clock.timestamp();
    draft.status = {
      observedGeneration: draft.metadata.generation ?? 1,
      ...nonzero({
        replicas: count(({ status }) => status?.replicas),
        updatedReplicas: updated,
        readyReplicas: count(({ status }) => status?.readyReplicas),
        availableReplicas: available,
        unavailableReplicas: Math.max(0, desired - available),
      }),
      conditions: conditions.reduce<Condition[]>((result, condition) => setCondition(result, condition, now), before),
    };
  });
}

function progress(isComplete: boolean, isLate: boolean, paused: boolean): Condition {
  const type = 'Progressing';
  if (paused) return { type, status: 'Unknown', reason: 'DeploymentPaused' };
  if (isLate) return { type, status: 'False', reason: 'ProgressDeadlineExceeded' };
  return { type, status: 'True', reason: isComplete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated' };
}

/** ReplicaSets and ReplicationControllers maintain their number of pods. */
export const replicaSets: Controller = {
  watches: ['replicasets.apps', 'replicationcontrollers', 'pods', 'serviceaccounts'],
  reconcile(world) {
    for (const key of ['replicasets.apps', 'replicationcontrollers']) {
      for (const set of world.store.list<ReplicaSet>(key)) reconcileSet(world, key, set);
    }
  },
};

function reconcileSet(world: World, key: string, set: ReplicaSet): void {
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
