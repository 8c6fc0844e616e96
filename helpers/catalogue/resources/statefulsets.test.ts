import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type StatefulSet, statefulSets } from './statefulsets.ts';

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
