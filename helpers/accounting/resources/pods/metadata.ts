import { annotationsFamily, labelsFamily } from '../../labels.ts';
import { created, deletionTimestamp } from '../../metadata.ts';
import { absent, ownerSamples } from '../../owner.ts';
import { type Context, type Expected, type FamilyRow, fact, gauge } from '../../table.ts';
import type { Pod } from './pod.ts';

export const metadataFamilies: readonly FamilyRow<Pod>[] = [
  gauge('kube_pod_created', { stability: 'STABLE' }, created),
  gauge('kube_pod_deletion_timestamp', { stability: 'ALPHA' }, deletionTimestamp),
  gauge('kube_pod_info', { stability: 'STABLE' }, info),
  annotationsFamily('pods', 'kube_pod_annotations', { stability: 'ALPHA' }),
  labelsFamily('pods', 'kube_pod_labels', { stability: 'STABLE' }),
  gauge('kube_pod_owner', { stability: 'STABLE' }, ownerSamples),
];

function info({ metadata, spec, status }: Pod, context: Context): readonly Expected[] {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller);
  return fact({
    host_ip: status?.hostIP ?? '',
    pod_ip: status?.podIP ?? '',
    node: spec?.nodeName ?? '',
    created_by_kind: controller?.kind || absent(context),
    created_by_name: controller?.name || absent(context),
    priority_class: spec?.priorityClassName ?? '',
    host_network: String(spec?.hostNetwork ?? false),
  });
}
