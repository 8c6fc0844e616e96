import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, noneLabel, ownerSamples } from '../metadata.ts';
import { type Context, type Expected, type FamilyRow, fact, gauge, type ResourceTable } from '../table.ts';
import { containerFamilies, initContainerFamilies } from './pods/containers.ts';
import type { Pod } from './pods/pod.ts';
import { specFamilies } from './pods/spec.ts';
import { statusFamilies } from './pods/status.ts';

const metadataFamilies: readonly FamilyRow<Pod>[] = [
  gauge('kube_pod_created', { stability: 'STABLE' }, created),
  gauge('kube_pod_deletion_timestamp', { stability: 'ALPHA' }, deletionTimestamp),
  gauge('kube_pod_info', { stability: 'STABLE' }, info),
  annotationsFamily('pods', 'kube_pod_annotations', { stability: 'ALPHA' }),
  labelsFamily('pods', 'kube_pod_labels', { stability: 'STABLE' }),
  gauge('kube_pod_owner', { stability: 'STABLE' }, ownerSamples),
];

export const pods: ResourceTable<Pod> = {
  resource: 'pods',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'Pod' }),
  labels: ({ metadata }) => ({ namespace: metadata.namespace ?? '', pod: metadata.name, uid: metadata.uid ?? '' }),
  families: [...metadataFamilies, ...specFamilies, ...statusFamilies, ...containerFamilies, ...initContainerFamilies],
};

function info({ metadata, spec, status }: Pod, context: Context): readonly Expected[] {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller);
  return fact({
    host_ip: status?.hostIP ?? '',
    pod_ip: status?.podIP ?? '',
    node: spec?.nodeName ?? '',
    created_by_kind: controller?.kind || noneLabel(context),
    created_by_name: controller?.name || noneLabel(context),
    priority_class: spec?.priorityClassName ?? '',
    host_network: String(spec?.hostNetwork ?? false),
  });
}
