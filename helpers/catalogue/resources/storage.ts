import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, EVERY_KEY, labelsFamily, sanitizedLabels } from '../labels.ts';
import { created } from '../metadata.ts';
import { fact, gauge, type ResourceTable, value } from '../table.ts';

export interface StorageClass extends KubernetesObject {
  readonly provisioner: string;
  readonly reclaimPolicy?: string;
  readonly volumeBindingMode?: string;
}

export const storageClasses: ResourceTable<StorageClass> = {
  resource: 'storageclasses',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass' }),
  labels: ({ metadata }) => ({ storageclass: metadata.name }),
  families: [
    gauge(
      'kube_storageclass_info',
      { stability: 'STABLE' },
      ({ provisioner, reclaimPolicy = 'Delete', volumeBindingMode = 'Immediate' }) =>
        fact({ provisioner, reclaim_policy: reclaimPolicy, volume_binding_mode: volumeBindingMode }),
    ),
    gauge('kube_storageclass_created', { stability: 'STABLE' }, created),
    annotationsFamily('storageclasses', 'kube_storageclass_annotations', { stability: 'ALPHA' }),
    labelsFamily('storageclasses', 'kube_storageclass_labels', { stability: 'STABLE' }),
  ],
};

export interface VolumeAttachment extends KubernetesObject {
  readonly spec: {
    readonly attacher: string;
    readonly nodeName: string;
    readonly source: { readonly persistentVolumeName?: string };
  };
  readonly status?: { readonly attached?: boolean; readonly attachmentMetadata?: Readonly<Record<string, string>> };
}

export const volumeAttachments: ResourceTable<VolumeAttachment> = {
  resource: 'volumeattachments',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment' }),
  labels: ({ metadata }) => ({ volumeattachment: metadata.name }),
  families: [
    // The only family of labels without an allowlist.
    gauge('kube_volumeattachment_labels', { stability: 'ALPHA' }, ({ metadata }, context) =>
      fact(sanitizedLabels('label', metadata.labels, EVERY_KEY, context)),
    ),
    gauge('kube_volumeattachment_info', { stability: 'ALPHA' }, ({ spec }) =>
      fact({ attacher: spec.attacher, node: spec.nodeName }),
    ),
    gauge('kube_volumeattachment_created', { stability: 'ALPHA' }, created),
    gauge('kube_volumeattachment_spec_source_persistentvolume', { stability: 'ALPHA' }, ({ spec }) =>
      spec.source.persistentVolumeName === undefined ? [] : fact({ volumename: spec.source.persistentVolumeName }),
    ),
    gauge('kube_volumeattachment_status_attached', { stability: 'ALPHA' }, ({ status }) => value(status?.attached ? 1 : 0)),
    gauge('kube_volumeattachment_status_attachment_metadata', { stability: 'ALPHA' }, ({ status }, context) =>
      fact(sanitizedLabels('metadata', status?.attachmentMetadata, EVERY_KEY, context)),
    ),
  ],
};
