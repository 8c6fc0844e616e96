import type { KubernetesObject } from '../../kube/object.ts';
import type { ReplicaSet } from '../../kube/types.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, generation, namespaceAndName, ownerSamples } from '../metadata.ts';
import { fact, gauge, type ResourceTable, value } from '../table.ts';

export interface DaemonSet extends KubernetesObject {
  readonly status?: {
    readonly currentNumberScheduled?: number;
    readonly desiredNumberScheduled?: number;
    readonly numberAvailable?: number;
    readonly numberMisscheduled?: number;
    readonly numberReady?: number;
    readonly numberUnavailable?: number;
    readonly observedGeneration?: number;
    readonly updatedNumberScheduled?: number;
  };
}

export const daemonSets: ResourceTable<DaemonSet> = {
  resource: 'daemonsets',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'apps/v1', kind: 'DaemonSet' }),
  labels: namespaceAndName('daemonset'),
  families: [
    gauge('kube_daemonset_created', { stability: 'STABLE' }, created),
    gauge('kube_daemonset_status_current_number_scheduled', { stability: 'STABLE' }, ({ status }) =>
      value(status?.currentNumberScheduled ?? 0),
    ),
    gauge('kube_daemonset_status_desired_number_scheduled', { stability: 'STABLE' }, ({ status }) =>
      value(status?.desiredNumberScheduled ?? 0),
    ),
    gauge('kube_daemonset_status_number_available', { stability: 'STABLE' }, ({ status }) => value(status?.numberAvailable ?? 0)),
    gauge('kube_daemonset_status_number_misscheduled', { stability: 'STABLE' }, ({ status }) =>
      value(status?.numberMisscheduled ?? 0),
    ),
    gauge('kube_daemonset_status_number_ready', { stability: 'STABLE' }, ({ status }) => value(status?.numberReady ?? 0)),
    gauge('kube_daemonset_status_number_unavailable', { stability: 'STABLE' }, ({ status }) =>
      value(status?.numberUnavailable ?? 0),
    ),
    gauge('kube_daemonset_status_observed_generation', { stability: 'STABLE' }, ({ status }) =>
      value(status?.observedGeneration ?? 0),
    ),
    gauge('kube_daemonset_status_updated_number_scheduled', { stability: 'STABLE' }, ({ status }) =>
      value(status?.updatedNumberScheduled ?? 0),
    ),
    gauge('kube_daemonset_metadata_generation', { stability: 'STABLE' }, generation),
    gauge('kube_daemonset_deletion_timestamp', { stability: 'ALPHA', since: '2.17' }, deletionTimestamp),
    annotationsFamily('daemonsets', 'kube_daemonset_annotations', { stability: 'ALPHA' }),
    labelsFamily('daemonsets', 'kube_daemonset_labels', { stability: 'STABLE' }),
  ],
};

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

export interface StatefulSet extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly ordinals?: { readonly start?: number };
    readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string };
  };
  readonly status?: {
    readonly replicas?: number;
    readonly availableReplicas?: number;
    readonly currentReplicas?: number;
    readonly readyReplicas?: number;
    readonly updatedReplicas?: number;
    readonly observedGeneration?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

export const statefulSets: ResourceTable<StatefulSet> = {
  resource: 'statefulsets',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'apps/v1', kind: 'StatefulSet' }),
  labels: namespaceAndName('statefulset'),
  families: [
    gauge('kube_statefulset_created', { stability: 'STABLE' }, created),
    gauge('kube_statefulset_status_replicas', { stability: 'STABLE' }, ({ status }) => value(status?.replicas ?? 0)),
    gauge('kube_statefulset_status_replicas_available', { stability: 'STABLE' }, ({ status }) =>
      value(status?.availableReplicas ?? 0),
    ),
    gauge('kube_statefulset_status_replicas_current', { stability: 'STABLE' }, ({ status }) =>
      value(status?.currentReplicas ?? 0),
    ),
    gauge('kube_statefulset_status_replicas_ready', { stability: 'STABLE' }, ({ status }) => value(status?.readyReplicas ?? 0)),
    gauge('kube_statefulset_status_replicas_updated', { stability: 'STABLE' }, ({ status }) =>
      value(status?.updatedReplicas ?? 0),
    ),
    gauge('kube_statefulset_status_observed_generation', { stability: 'STABLE' }, ({ status }) =>
      value(status?.observedGeneration ?? 0),
    ),
    gauge('kube_statefulset_replicas', { stability: 'STABLE' }, ({ spec }) => value(spec.replicas)),
    gauge('kube_statefulset_ordinals_start', { stability: 'STABLE', since: '2.9' }, ({ spec }) =>
      value(spec.ordinals && (spec.ordinals.start ?? 0)),
    ),
    gauge('kube_statefulset_metadata_generation', { stability: 'STABLE' }, generation),
    gauge('kube_statefulset_persistentvolumeclaim_retention_policy', { stability: 'STABLE', since: '2.7' }, ({ spec }) => {
      const { whenDeleted = '', whenScaled = '' } = spec.persistentVolumeClaimRetentionPolicy ?? {};
      return whenDeleted === '' && whenScaled === '' ? [] : fact({ when_deleted: whenDeleted, when_scaled: whenScaled });
    }),
    annotationsFamily('statefulsets', 'kube_statefulset_annotations', { stability: 'STABLE' }),
    labelsFamily('statefulsets', 'kube_statefulset_labels', { stability: 'STABLE' }),
    gauge('kube_statefulset_status_current_revision', { stability: 'STABLE' }, ({ status }) =>
      fact({ revision: status?.currentRevision ?? '' }),
    ),
    gauge('kube_statefulset_status_update_revision', { stability: 'STABLE' }, ({ status }) =>
      fact({ revision: status?.updateRevision ?? '' }),
    ),
    gauge('kube_statefulset_deletion_timestamp', { stability: 'STABLE', since: '2.17' }, deletionTimestamp),
  ],
};
