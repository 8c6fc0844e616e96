import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, generation, namespaceAndName, ownerSamples } from '../metadata.ts';
import { gauge, type ResourceTable, value } from '../table.ts';

export interface ReplicaSet extends KubernetesObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly replicas?: number;
    readonly fullyLabeledReplicas?: number;
    readonly readyReplicas?: number;
    readonly terminatingReplicas?: number;
    readonly observedGeneration?: number;
  };
}

export const replicaSets: ResourceTable<ReplicaSet> = {
  resource: 'replicasets',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }),
  labels: namespaceAndName('replicaset'),
  families: [
    gauge('kube_replicaset_created', { stability: 'STABLE' }, created),
    gauge('kube_replicaset_status_replicas', { stability: 'STABLE' }, ({ status }) => value(status?.replicas ?? 0)),
    gauge('kube_replicaset_status_fully_labeled_replicas', { stability: 'STABLE' }, ({ status }) =>
      value(status?.fullyLabeledReplicas ?? 0),
    ),
    gauge('kube_replicaset_status_ready_replicas', { stability: 'STABLE' }, ({ status }) => value(status?.readyReplicas ?? 0)),
    gauge('kube_replicaset_status_terminating_replicas', { stability: 'ALPHA', since: '2.18' }, ({ status }) =>
      value(status?.terminatingReplicas),
    ),
    gauge('kube_replicaset_status_observed_generation', { stability: 'STABLE' }, ({ status }) =>
      value(status?.observedGeneration ?? 0),
    ),
    gauge('kube_replicaset_spec_replicas', { stability: 'STABLE' }, ({ spec }) => value(spec.replicas)),
    gauge('kube_replicaset_metadata_generation', { stability: 'STABLE' }, generation),
    gauge('kube_replicaset_owner', { stability: 'STABLE' }, ownerSamples),
    annotationsFamily('replicasets', 'kube_replicaset_annotations', { stability: 'ALPHA' }),
    labelsFamily('replicasets', 'kube_replicaset_labels', { stability: 'STABLE' }),
  ],
};
