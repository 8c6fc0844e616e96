import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp } from '../metadata.ts';
import { integerQuantity } from '../quantity.ts';
import { type Expected, fact, gauge, oneOf, type ResourceTable, value } from '../table.ts';
import { sourceLabels, type VolumeSource } from './persistentvolumes/source.ts';

export interface PersistentVolume extends KubernetesObject {
  readonly spec?: VolumeSource & {
    readonly capacity?: Readonly<Record<string, string>>;
    readonly accessModes?: readonly string[];
    readonly claimRef?: { readonly name?: string; readonly namespace?: string };
    readonly persistentVolumeReclaimPolicy?: string;
    readonly storageClassName?: string;
    readonly volumeMode?: string;
  };
  readonly status?: { readonly phase?: string };
}

export const persistentVolumes: ResourceTable<PersistentVolume> = {
  resource: 'persistentvolumes',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'PersistentVolume' }),
  labels: ({ metadata }) => ({ persistentvolume: metadata.name }),
  families: [
    gauge('kube_persistentvolume_claim_ref', { stability: 'STABLE' }, ({ spec }: PersistentVolume) =>
      spec?.claimRef ? fact({ name: spec.claimRef.name ?? '', claim_namespace: spec.claimRef.namespace ?? '' }) : [],
    ),
    annotationsFamily('persistentvolumes', 'kube_persistentvolume_annotations', { stability: 'ALPHA' }),
    labelsFamily('persistentvolumes', 'kube_persistentvolume_labels', { stability: 'STABLE' }),
    gauge('kube_persistentvolume_status_phase', { stability: 'STABLE' }, ({ status }: PersistentVolume) =>
      status?.phase ? oneOf('phase', ['Pending', 'Available', 'Bound', 'Released', 'Failed'], status.phase) : [],
    ),
    gauge('kube_persistentvolume_info', { stability: 'STABLE' }, ({ spec = {} }: PersistentVolume, context) =>
      fact({
        storageclass: spec.storageClassName ?? '',
        ...sourceLabels(spec, context),
        ...(context.since('2.16') && { reclaim_policy: spec.persistentVolumeReclaimPolicy ?? '' }),
      }),
    ),
    gauge('kube_persistentvolume_capacity_bytes', { stability: 'STABLE' }, ({ spec }: PersistentVolume) =>
      value(integerQuantity(spec?.capacity?.storage ?? '0')),
    ),
    gauge('kube_persistentvolume_created', { stability: 'ALPHA' }, created),
    gauge('kube_persistentvolume_deletion_timestamp', { stability: 'ALPHA', since: '2.10' }, deletionTimestamp),
    gauge('kube_persistentvolume_csi_attributes', { stability: 'ALPHA', since: '2.11', optIn: true }, csiAttributes),
    gauge('kube_persistentvolume_volume_mode', { stability: 'ALPHA', since: '2.13' }, ({ spec }: PersistentVolume) =>
      fact({ volumemode: spec?.volumeMode ?? 'Filesystem' }),
    ),
    gauge('kube_persistentvolume_access_mode', { stability: 'ALPHA', since: '2.20' }, ({ spec }: PersistentVolume) =>
      (spec?.accessModes ?? []).flatMap((mode) => fact({ access_mode: mode })),
    ),
  ],
};

/** The two attributes that Ceph's driver gives its volumes; those of any other driver are empty. */
function csiAttributes({ spec }: PersistentVolume): readonly Expected[] {
  if (!spec?.csi) return [];
  const { mounter = '', mapOptions = '' } = spec.csi.volumeAttributes ?? {};
  return fact({ csi_mounter: mounter, csi_map_options: mapOptions });
}
