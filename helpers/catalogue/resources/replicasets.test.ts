import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type ReplicaSet, replicaSets } from './replicasets.ts';

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
