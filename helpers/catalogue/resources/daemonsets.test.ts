import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type DaemonSet, daemonSets } from './daemonsets.ts';

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
