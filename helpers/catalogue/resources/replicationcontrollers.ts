import type { KubernetesObject } from '../../kube/object.ts';
import { created, generation, namespaceAndName, ownerSamples } from '../metadata.ts';
import { gauge, type ResourceTable, value } from '../table.ts';

export interface ReplicationController extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly replicas?: number;
    readonly fullyLabeledReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly observedGeneration?: number;
  };
}

export const replicationControllers: ResourceTable<ReplicationController> = {
  resource: 'replicationcontrollers',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'ReplicationController' }),
  labels: namespaceAndName('replicationcontroller'),
  families: [
    gauge('kube_replicationcontroller_created', { stability: 'STABLE' }, created),
    gauge('kube_replicationcontroller_status_replicas', { stability: 'STABLE' }, ({ status }) => value(status?.replicas ?? 0)),
    gauge('kube_replicationcontroller_status_fully_labeled_replicas', { stability: 'STABLE' }, ({ status }) =>
      value(status?.fullyLabeledReplicas ?? 0),
    ),
    gauge('kube_replicationcontroller_status_ready_replicas', { stability: 'STABLE' }, ({ status }) =>
      value(status?.readyReplicas ?? 0),
    ),
    gauge('kube_replicationcontroller_status_available_replicas', { stability: 'STABLE' }, ({ status }) =>
      value(status?.availableReplicas ?? 0),
    ),
    gauge('kube_replicationcontroller_status_observed_generation', { stability: 'STABLE' }, ({ status }) =>
      value(status?.observedGeneration ?? 0),
    ),
    gauge('kube_replicationcontroller_spec_replicas', { stability: 'STABLE' }, ({ spec }) => value(spec.replicas)),
    gauge('kube_replicationcontroller_metadata_generation', { stability: 'STABLE' }, generation),
    gauge('kube_replicationcontroller_owner', { stability: 'ALPHA' }, ownerSamples),
  ],
};
