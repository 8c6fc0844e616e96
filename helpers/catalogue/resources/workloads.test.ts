import type { ReplicaSet } from '../../kube/types.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import {
  type DaemonSet,
  daemonSets,
  type ReplicationController,
  replicaSets,
  replicationControllers,
  type StatefulSet,
  statefulSets,
} from './workloads.ts';

describe('daemonsets', () => {
  const agent: DaemonSet = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: {
      name: 'agent',
      namespace: 'monitoring',
      generation: 3,
      creationTimestamp: '2024-05-01T10:00:00Z',
      deletionTimestamp: '2024-05-02T10:00:00Z',
    },
    status: {
      currentNumberScheduled: 3,
      desiredNumberScheduled: 4,
      numberMisscheduled: 1,
      numberReady: 2,
      numberAvailable: 1,
      numberUnavailable: 3,
      observedGeneration: 2,
    },
  };

  const always = `
  kube_daemonset_created 1714557600
  kube_daemonset_status_current_number_scheduled 3
  kube_daemonset_status_desired_number_scheduled 4
  kube_daemonset_status_number_available 1
  kube_daemonset_status_number_misscheduled 1
  kube_daemonset_status_number_ready 2
  kube_daemonset_status_number_unavailable 3
  kube_daemonset_status_observed_generation 2
  kube_daemonset_status_updated_number_scheduled 0
  kube_daemonset_metadata_generation 3
`;

  test('a daemon set has its counts of nodes, 0 for those missing from the status', () => {
    expect(samplesAsText(daemonSets, agent, '2.5.0')).toEqual(
      asText(`${always}
      kube_daemonset_annotations 1
      kube_daemonset_labels 1`),
    );
  });

  test('the deletion timestamp is exposed from 2.17 on', () => {
    expect(samplesAsText(daemonSets, agent, '2.16.0')).toEqual(asText(always));
    expect(samplesAsText(daemonSets, agent, '2.20.0')).toEqual(
      asText(`${always}
      kube_daemonset_deletion_timestamp 1714644000`),
    );
  });
});

describe('replicasets', () => {
  const replicaSet: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: 'web-5d9c',
      namespace: 'shop',
      generation: 2,
      creationTimestamp: '2024-05-01T10:00:00Z',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'd1', controller: true }],
    },
    spec: { replicas: 3 },
    status: { replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 2, terminatingReplicas: 0, observedGeneration: 2 },
  };

  const always = `
  kube_replicaset_created 1714557600
  kube_replicaset_status_replicas 3
  kube_replicaset_status_fully_labeled_replicas 3
  kube_replicaset_status_ready_replicas 2
  kube_replicaset_status_observed_generation 2
  kube_replicaset_spec_replicas 3
  kube_replicaset_metadata_generation 2
  kube_replicaset_owner{owner_kind="Deployment",owner_name="web",owner_is_controller="true"} 1
`;

  test('a replica set has its owning deployment', () => {
    expect(samplesAsText(replicaSets, replicaSet, '2.5.0')).toEqual(
      asText(`${always}
      kube_replicaset_annotations 1
      kube_replicaset_labels 1`),
    );
  });

  test('terminating replicas are exposed from 2.18 on, also 0', () => {
    expect(samplesAsText(replicaSets, replicaSet, '2.20.0')).toEqual(
      asText(`${always}
      kube_replicaset_status_terminating_replicas 0`),
    );
  });

  test('a replica set without an owner has <none> before 2.8, and empty labels from 2.8 on', () => {
    const { ownerReferences: _, ...metadata } = replicaSet.metadata;
    const withoutOwner = { ...replicaSet, metadata };

    expect(samplesAsText(replicaSets, withoutOwner, '2.7.0')).toContain(
      'kube_replicaset_owner{owner_is_controller="<none>",owner_kind="<none>",owner_name="<none>"} 1',
    );
    expect(samplesAsText(replicaSets, withoutOwner, '2.8.0')).toContain(
      'kube_replicaset_owner{owner_is_controller="",owner_kind="",owner_name=""} 1',
    );
  });

  test('counts missing from the status are 0, except the terminating replicas', () => {
    expect(samplesAsText(replicaSets, { ...replicaSet, status: { replicas: 0 } }, '2.20.0')).toEqual(
      asText(`
      kube_replicaset_created 1714557600
      kube_replicaset_status_replicas 0
      kube_replicaset_status_fully_labeled_replicas 0
      kube_replicaset_status_ready_replicas 0
      kube_replicaset_status_observed_generation 0
      kube_replicaset_spec_replicas 3
      kube_replicaset_metadata_generation 2
      kube_replicaset_owner{owner_kind="Deployment",owner_name="web",owner_is_controller="true"} 1
    `),
    );
  });
});

describe('replicationcontrollers', () => {
  const controller: ReplicationController = {
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'legacy', namespace: 'shop', generation: 1, creationTimestamp: '2024-05-01T10:00:00Z' },
    spec: { replicas: 2 },
    status: { replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 1, observedGeneration: 1 },
  };

  const always = `
  kube_replicationcontroller_created 1714557600
  kube_replicationcontroller_status_replicas 2
  kube_replicationcontroller_status_fully_labeled_replicas 2
  kube_replicationcontroller_status_ready_replicas 1
  kube_replicationcontroller_status_available_replicas 0
  kube_replicationcontroller_status_observed_generation 1
  kube_replicationcontroller_spec_replicas 2
  kube_replicationcontroller_metadata_generation 1
`;

  test('a replication controller has no labels family, and its missing owner is written as by the release', () => {
    expect(samplesAsText(replicationControllers, controller, '2.5.0')).toEqual(
      asText(`${always}
      kube_replicationcontroller_owner{owner_kind="<none>",owner_name="<none>",owner_is_controller="<none>"} 1`),
    );
    expect(samplesAsText(replicationControllers, controller, '2.20.0')).toEqual(
      asText(`${always}
      kube_replicationcontroller_owner{owner_kind="",owner_name="",owner_is_controller=""} 1`),
    );
  });
});

describe('statefulsets', () => {
  const database: StatefulSet = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'shop', generation: 6, creationTimestamp: '2024-05-01T10:00:00Z' },
    spec: {
      replicas: 3,
      ordinals: { start: 5 },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
    },
    status: {
      replicas: 3,
      availableReplicas: 1,
      currentReplicas: 2,
      readyReplicas: 2,
      updatedReplicas: 1,
      observedGeneration: 6,
      currentRevision: 'db-7f9',
      updateRevision: 'db-8c1',
    },
  };

  const always = `
  kube_statefulset_created 1714557600
  kube_statefulset_status_replicas 3
  kube_statefulset_status_replicas_available 1
  kube_statefulset_status_replicas_current 2
  kube_statefulset_status_replicas_ready 2
  kube_statefulset_status_replicas_updated 1
  kube_statefulset_status_observed_generation 6
  kube_statefulset_replicas 3
  kube_statefulset_metadata_generation 6
  kube_statefulset_status_current_revision{revision="db-7f9"} 1
  kube_statefulset_status_update_revision{revision="db-8c1"} 1
`;

  test('2.5 exposes replicas and revisions', () => {
    expect(samplesAsText(statefulSets, database, '2.5.0')).toEqual(
      asText(`${always}
      kube_statefulset_annotations 1
      kube_statefulset_labels 1`),
    );
  });

  test('the retention policy is exposed from 2.7 on, the first ordinal from 2.9 on', () => {
    expect(samplesAsText(statefulSets, database, '2.20.0')).toEqual(
      asText(`${always}
      kube_statefulset_persistentvolumeclaim_retention_policy{when_deleted="Retain",when_scaled="Delete"} 1
      kube_statefulset_ordinals_start 5`),
    );
    expect(samplesAsText(statefulSets, database, '2.8.2')).not.toContainEqual(expect.stringContaining('ordinals'));
  });

  test('unset fields have no sample, and ordinals start at 0 by default', () => {
    const plain = samplesAsText(statefulSets, { ...database, spec: { replicas: 1 } }, '2.20.0');

    expect(plain).not.toContainEqual(expect.stringMatching(/ordinals|retention/));
    expect(samplesAsText(statefulSets, { ...database, spec: { ordinals: {} } }, '2.20.0')).toContain(
      'kube_statefulset_ordinals_start{} 0',
    );
  });

  test('a stateful set without a status has empty revisions, and the deletion timestamp is exposed from 2.17 on', () => {
    const { status: _, ...withoutStatus } = database;
    const deleted = { ...withoutStatus, metadata: { ...database.metadata, deletionTimestamp: '2024-05-02T10:00:00Z' } };

    expect(samplesAsText(statefulSets, deleted, '2.17.0')).toEqual(
      expect.arrayContaining(
        asText(`
        kube_statefulset_deletion_timestamp 1714644000
        kube_statefulset_status_current_revision{revision=""} 1
        kube_statefulset_status_replicas 0
      `),
      ),
    );
  });
});
