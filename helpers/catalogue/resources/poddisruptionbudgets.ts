import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, namespaceAndName } from '../metadata.ts';
import { gauge, type ResourceTable, value } from '../table.ts';

export interface PodDisruptionBudget extends KubernetesObject {
  readonly status?: {
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly disruptionsAllowed?: number;
    readonly expectedPods?: number;
    readonly observedGeneration?: number;
  };
}

export const podDisruptionBudgets: ResourceTable<PodDisruptionBudget> = {
  resource: 'poddisruptionbudgets',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }),
  labels: namespaceAndName('poddisruptionbudget'),
  families: [
    annotationsFamily('poddisruptionbudgets', 'kube_poddisruptionbudget_annotations', { stability: 'ALPHA' }),
    labelsFamily('poddisruptionbudgets', 'kube_poddisruptionbudget_labels', { stability: 'ALPHA' }),
    gauge('kube_poddisruptionbudget_created', { stability: 'STABLE' }, created),
    gauge('kube_poddisruptionbudget_status_current_healthy', { stability: 'STABLE' }, ({ status }) =>
      value(status?.currentHealthy ?? 0),
    ),
    gauge('kube_poddisruptionbudget_status_desired_healthy', { stability: 'STABLE' }, ({ status }) =>
      value(status?.desiredHealthy ?? 0),
    ),
    gauge('kube_poddisruptionbudget_status_pod_disruptions_allowed', { stability: 'STABLE' }, ({ status }) =>
      value(status?.disruptionsAllowed ?? 0),
    ),
    gauge('kube_poddisruptionbudget_status_expected_pods', { stability: 'STABLE' }, ({ status }) =>
      value(status?.expectedPods ?? 0),
    ),
    gauge('kube_poddisruptionbudget_status_observed_generation', { stability: 'STABLE' }, ({ status }) =>
      value(status?.observedGeneration ?? 0),
    ),
    gauge('kube_poddisruptionbudget_deletion_timestamp', { stability: 'ALPHA', since: '2.17' }, deletionTimestamp),
  ],
};
