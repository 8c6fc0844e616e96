import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, generation, namespaceAndName } from '../metadata.ts';
import { gauge, type ResourceTable, value } from '../table.ts';

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
