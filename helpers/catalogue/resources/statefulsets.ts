import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, generation, namespaceAndName } from '../metadata.ts';
import { fact, gauge, type ResourceTable, value } from '../table.ts';

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
