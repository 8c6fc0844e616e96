import type { KubernetesObject } from '../../kube/object.ts';
import type { Condition } from '../../kube/types.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, namespaceAndName, noneLabel } from '../metadata.ts';
import { integerQuantity } from '../quantity.ts';
import { type Context, conditionSamples, type Expected, fact, gauge, oneOf, type ResourceTable, value } from '../table.ts';

/** The source of a volume: one of these fields. */
export interface VolumeSource {
  readonly gcePersistentDisk?: { readonly pdName?: string };
  readonly awsElasticBlockStore?: { readonly volumeID?: string };
  readonly azureDisk?: { readonly diskName?: string };
  readonly fc?: { readonly lun?: number; readonly targetWWNs?: readonly string[]; readonly wwids?: readonly string[] };
  readonly iscsi?: {
    readonly targetPortal?: string;
    readonly iqn?: string;
    readonly lun?: number;
    readonly initiatorName?: string;
  };
  readonly nfs?: { readonly server?: string; readonly path?: string };
  readonly csi?: {
    readonly driver?: string;
    readonly volumeHandle?: string;
    readonly volumeAttributes?: Readonly<Record<string, string>>;
  };
  readonly local?: { readonly path?: string; readonly fsType?: string };
  readonly hostPath?: { readonly path?: string; readonly type?: string };
}

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

/** Two attributes of Ceph's driver; empty for other drivers. */
function csiAttributes({ spec }: PersistentVolume): readonly Expected[] {
  if (!spec?.csi) return [];
  const { mounter = '', mapOptions = '' } = spec.csi.volumeAttributes ?? {};
  return fact({ csi_mounter: mounter, csi_map_options: mapOptions });
}

const NO_SOURCE = {
  gce_persistent_disk_name: '',
  ebs_volume_id: '',
  azure_disk_name: '',
  fc_wwids: '',
  fc_lun: '',
  fc_target_wwns: '',
  iscsi_target_portal: '',
  iscsi_iqn: '',
  iscsi_lun: '',
  iscsi_initiator_name: '',
  nfs_server: '',
  nfs_path: '',
  csi_driver: '',
  csi_volume_handle: '',
};
const NO_NODE_SOURCE = { local_path: '', local_fs: '', host_path: '', host_path_type: '' };

/** The labels of all kinds of source, empty except for the volume's own; local and host paths from 2.6 on. */
function sourceLabels(source: VolumeSource, context: Context): Expected['labels'] {
  if (!context.since('2.6')) return { ...NO_SOURCE, ...remoteSource(source) };
  return { ...NO_SOURCE, ...NO_NODE_SOURCE, ...(remoteSource(source) ?? nodeSource(source)) };
}

function remoteSource(source: VolumeSource): Partial<typeof NO_SOURCE> | undefined {
  const { gcePersistentDisk: gce, awsElasticBlockStore: ebs, azureDisk, fc, iscsi, nfs, csi } = source;
  if (gce) return { gce_persistent_disk_name: gce.pdName ?? '' };
  if (ebs) return { ebs_volume_id: ebs.volumeID ?? '' };
  if (azureDisk) return { azure_disk_name: azureDisk.diskName ?? '' };
  if (fc) return fibreChannel(fc);
  if (iscsi) {
    return {
      iscsi_target_portal: iscsi.targetPortal ?? '',
      iscsi_iqn: iscsi.iqn ?? '',
      iscsi_lun: String(iscsi.lun ?? 0),
      iscsi_initiator_name: iscsi.initiatorName ?? '',
    };
  }
  if (nfs) return { nfs_server: nfs.server ?? '', nfs_path: nfs.path ?? '' };
  if (csi) return { csi_driver: csi.driver ?? '', csi_volume_handle: csi.volumeHandle ?? '' };
  return undefined;
}

function fibreChannel({ lun, targetWWNs = [], wwids = [] }: NonNullable<VolumeSource['fc']>): Partial<typeof NO_SOURCE> {
  return {
    fc_lun: lun === undefined ? '' : String(lun),
    fc_target_wwns: targetWWNs.join(','),
    fc_wwids: wwids.join(','),
  };
}

function nodeSource({ local, hostPath }: VolumeSource): Partial<typeof NO_NODE_SOURCE> {
  if (local) return { local_path: local.path ?? '', local_fs: local.fsType ?? '' };
  if (hostPath) return { host_path: hostPath.path ?? '', host_path_type: hostPath.type ?? '' };
  return {};
}

export interface PersistentVolumeClaim extends KubernetesObject {
  readonly spec?: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly accessModes?: readonly string[];
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
  };
}

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export const persistentVolumeClaims: ResourceTable<PersistentVolumeClaim> = {
  resource: 'persistentvolumeclaims',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim' }),
  labels: namespaceAndName('persistentvolumeclaim'),
  families: [
    labelsFamily('persistentvolumeclaims', 'kube_persistentvolumeclaim_labels', { stability: 'STABLE' }),
    annotationsFamily('persistentvolumeclaims', 'kube_persistentvolumeclaim_annotations', { stability: 'ALPHA' }),
    gauge('kube_persistentvolumeclaim_info', { stability: 'STABLE' }, info),
    gauge('kube_persistentvolumeclaim_status_phase', { stability: 'STABLE' }, ({ status }: PersistentVolumeClaim) =>
      status?.phase ? oneOf('phase', ['Lost', 'Bound', 'Pending'], status.phase) : [],
    ),
    gauge('kube_persistentvolumeclaim_resource_requests_storage_bytes', { stability: 'STABLE' }, requestedStorage),
    gauge('kube_persistentvolumeclaim_access_mode', { stability: 'STABLE' }, ({ spec }: PersistentVolumeClaim) =>
      (spec?.accessModes ?? []).flatMap((mode) => fact({ access_mode: mode })),
    ),
    gauge('kube_persistentvolumeclaim_status_condition', { stability: 'ALPHA' }, (claim: PersistentVolumeClaim) =>
      (claim.status?.conditions ?? []).flatMap(({ type, status }) => conditionSamples(status, { condition: type }, 'status')),
    ),
    gauge('kube_persistentvolumeclaim_created', { stability: 'ALPHA' }, created),
    gauge('kube_persistentvolumeclaim_deletion_timestamp', { stability: 'ALPHA', since: '2.10' }, deletionTimestamp),
  ],
};

/** The storage class: the older annotation takes precedence over the field. Both can be empty for no class. */
function info({ metadata, spec }: PersistentVolumeClaim, context: Context): readonly Expected[] {
  return fact({
    storageclass: metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? noneLabel(context),
    volumename: spec?.volumeName ?? '',
    ...(context.since('2.10') && { volumemode: spec?.volumeMode ?? '' }),
  });
}

function requestedStorage({ spec }: PersistentVolumeClaim): readonly Expected[] {
  const storage = spec?.resources?.requests?.storage;
  return value(storage === undefined ? undefined : integerQuantity(storage));
}
