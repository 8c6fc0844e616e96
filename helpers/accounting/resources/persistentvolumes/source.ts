import type { Context, Expected } from '../../table.ts';

/** Where a volume's data is: one of these. */
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

/** The labels of every kind of source, empty but for the volume's own; directories of a node are told from 2.6 on. */
export function sourceLabels(source: VolumeSource, context: Context): Expected['labels'] {
  if (!context.since('2.6')) return { ...NO_SOURCE, ...sourceOutsideNode(source) };
  return { ...NO_SOURCE, ...NO_NODE_SOURCE, ...(sourceOutsideNode(source) ?? sourceOnNode(source)) };
}

function sourceOutsideNode(source: VolumeSource): Partial<typeof NO_SOURCE> | undefined {
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

function sourceOnNode({ local, hostPath }: VolumeSource): Partial<typeof NO_NODE_SOURCE> {
  if (local) return { local_path: local.path ?? '', local_fs: local.fsType ?? '' };
  if (hostPath) return { host_path: hostPath.path ?? '', host_path_type: hostPath.type ?? '' };
  return {};
}
