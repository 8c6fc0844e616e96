import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created } from '../metadata.ts';
import { fact, gauge, type ResourceTable } from '../table.ts';

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
