import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type ReplicationController, replicationControllers } from './replicationcontrollers.ts';

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
