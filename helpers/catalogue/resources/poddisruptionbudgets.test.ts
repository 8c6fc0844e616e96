import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type PodDisruptionBudget, podDisruptionBudgets } from './poddisruptionbudgets.ts';

const budget: PodDisruptionBudget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: {
    name: 'web',
    namespace: 'shop',
    creationTimestamp: '2024-05-01T10:00:00Z',
    deletionTimestamp: '2024-05-02T10:00:00Z',
  },
  status: { currentHealthy: 3, desiredHealthy: 2, disruptionsAllowed: 1, expectedPods: 4, observedGeneration: 5 },
};

const always = `
  kube_poddisruptionbudget_created 1714557600
  kube_poddisruptionbudget_status_current_healthy 3
  kube_poddisruptionbudget_status_desired_healthy 2
  kube_poddisruptionbudget_status_pod_disruptions_allowed 1
  kube_poddisruptionbudget_status_expected_pods 4
  kube_poddisruptionbudget_status_observed_generation 5
`;

test('a disruption budget has its counts of pods', () => {
  expect(samplesAsText(podDisruptionBudgets, budget, '2.5.0')).toEqual(
    asText(`${always}
      kube_poddisruptionbudget_annotations 1
      kube_poddisruptionbudget_labels 1`),
  );
});

test('the deletion timestamp is exposed from 2.17 on', () => {
  expect(samplesAsText(podDisruptionBudgets, budget, '2.16.0')).toEqual(asText(always));
  expect(samplesAsText(podDisruptionBudgets, budget, '2.20.0')).toEqual(
    asText(`${always}
      kube_poddisruptionbudget_deletion_timestamp 1714644000`),
  );
});

test('a budget without a status has zeros', () => {
  const { status: _, ...withoutStatus } = budget;

  expect(samplesAsText(podDisruptionBudgets, withoutStatus, '2.16.0')).toEqual(
    asText(`
      kube_poddisruptionbudget_created 1714557600
      kube_poddisruptionbudget_status_current_healthy 0
      kube_poddisruptionbudget_status_desired_healthy 0
      kube_poddisruptionbudget_status_pod_disruptions_allowed 0
      kube_poddisruptionbudget_status_expected_pods 0
      kube_poddisruptionbudget_status_observed_generation 0
    `),
  );
});
