import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  persistentVolumes,
  type VolumeSource,
} from './persistentvolumes.ts';

describe('persistentvolumes', () => {
  function volume(source: VolumeSource): PersistentVolume {
    return {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv-1', creationTimestamp: '2024-05-01T10:00:00Z' },
      spec: {
        ...source,
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '5Gi' },
        claimRef: { name: 'data', namespace: 'shop' },
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: 'local-path',
      },
      status: { phase: 'Bound' },
    };
  }

  /** The labels of the volume's source that have a value. */
  function sourceIn(release: string, source: VolumeSource): Record<string, string> {
    const info = samplesAsText(persistentVolumes, volume(source), release).find((line) =>
      line.startsWith('kube_persistentvolume_info'),
    );
    const pairs = [...(info ?? '').matchAll(/(\w+)="([^"]+)"/g)].map(([, name = '', value = '']) => [name, value]);
    const { storageclass: _, reclaim_policy: __, ...labels } = Object.fromEntries(pairs);
    return labels;
  }

  const onHost: VolumeSource = { hostPath: { path: '/data', type: 'DirectoryOrCreate' } };

  test('2.5 exposes the claim, phase and capacity, but no host path', () => {
    expect(samplesAsText(persistentVolumes, volume(onHost), '2.5.0')).toEqual(
      asText(`
      kube_persistentvolume_claim_ref{name="data",claim_namespace="shop"} 1
      kube_persistentvolume_annotations 1
      kube_persistentvolume_labels 1
      kube_persistentvolume_status_phase{phase="Pending"} 0
      kube_persistentvolume_status_phase{phase="Available"} 0
      kube_persistentvolume_status_phase{phase="Bound"} 1
      kube_persistentvolume_status_phase{phase="Released"} 0
      kube_persistentvolume_status_phase{phase="Failed"} 0
      kube_persistentvolume_info{storageclass="local-path",gce_persistent_disk_name="",ebs_volume_id="",azure_disk_name="",fc_wwids="",fc_lun="",fc_target_wwns="",iscsi_target_portal="",iscsi_iqn="",iscsi_lun="",iscsi_initiator_name="",nfs_server="",nfs_path="",csi_driver="",csi_volume_handle=""} 1
      kube_persistentvolume_capacity_bytes 5368709120
      kube_persistentvolume_created 1714557600
    `),
    );
  });

  test('2.20 adds the host path, the reclaim policy, the volume mode and the access modes', () => {
    expect(samplesAsText(persistentVolumes, volume(onHost), '2.20.0')).toEqual(
      asText(`
      kube_persistentvolume_claim_ref{name="data",claim_namespace="shop"} 1
      kube_persistentvolume_status_phase{phase="Pending"} 0
      kube_persistentvolume_status_phase{phase="Available"} 0
      kube_persistentvolume_status_phase{phase="Bound"} 1
      kube_persistentvolume_status_phase{phase="Released"} 0
      kube_persistentvolume_status_phase{phase="Failed"} 0
      kube_persistentvolume_info{storageclass="local-path",gce_persistent_disk_name="",ebs_volume_id="",azure_disk_name="",fc_wwids="",fc_lun="",fc_target_wwns="",iscsi_target_portal="",iscsi_iqn="",iscsi_lun="",iscsi_initiator_name="",nfs_server="",nfs_path="",csi_driver="",csi_volume_handle="",local_path="",local_fs="",host_path="/data",host_path_type="DirectoryOrCreate",reclaim_policy="Delete"} 1
      kube_persistentvolume_capacity_bytes 5368709120
      kube_persistentvolume_created 1714557600
      kube_persistentvolume_volume_mode{volumemode="Filesystem"} 1
      kube_persistentvolume_access_mode{access_mode="ReadWriteOnce"} 1
    `),
    );
  });

  test.each<[string, VolumeSource, Record<string, string>]>([
    ['a Google disk', { gcePersistentDisk: { pdName: 'disk-1' } }, { gce_persistent_disk_name: 'disk-1' }],
    ['an Amazon volume', { awsElasticBlockStore: { volumeID: 'vol-1' } }, { ebs_volume_id: 'vol-1' }],
    ['an Azure disk', { azureDisk: { diskName: 'disk-1' } }, { azure_disk_name: 'disk-1' }],
    [
      'Fibre Channel by target and number',
      { fc: { lun: 0, targetWWNs: ['50060e', '50060f'] } },
      { fc_lun: '0', fc_target_wwns: '50060e,50060f' },
    ],
    ['Fibre Channel by identifier', { fc: { wwids: ['3600'] } }, { fc_wwids: '3600' }],
    [
      'iSCSI',
      { iscsi: { targetPortal: '10.0.0.9:3260', iqn: 'iqn.2024-05.com.example:a', lun: 0, initiatorName: 'iqn.i' } },
      {
        iscsi_target_portal: '10.0.0.9:3260',
        iscsi_iqn: 'iqn.2024-05.com.example:a',
        iscsi_lun: '0',
        iscsi_initiator_name: 'iqn.i',
      },
    ],
    ['NFS', { nfs: { server: '10.0.0.9', path: '/exports' } }, { nfs_server: '10.0.0.9', nfs_path: '/exports' }],
    [
      'CSI',
      { csi: { driver: 'rbd.csi.ceph.com', volumeHandle: 'h1' } },
      { csi_driver: 'rbd.csi.ceph.com', csi_volume_handle: 'h1' },
    ],
  ])('a volume has the labels of its source: %s', (_, source, labels) => {
    expect(sourceIn('2.5.0', source)).toEqual(labels);
    expect(sourceIn('2.20.0', source)).toEqual(labels);
  });

  test('the source of a local volume is exposed from 2.6 on', () => {
    const local = { local: { path: '/mnt/disk', fsType: 'xfs' } };

    expect(sourceIn('2.5.0', local)).toEqual({});
    expect(sourceIn('2.6.0', local)).toEqual({ local_path: '/mnt/disk', local_fs: 'xfs' });
  });

  test("the attributes of Ceph's driver are exposed by opt-in", () => {
    const ceph = volume({
      csi: { driver: 'rbd.csi.ceph.com', volumeAttributes: { mounter: 'rbd-nbd', mapOptions: 'nbds_max=16' } },
    });
    const options = { metricOptInList: [/kube_persistentvolume_csi_attributes/] };
    const attributes = (volume: PersistentVolume, release: string) =>
      samplesAsText(persistentVolumes, volume, release, options).filter((line) => line.includes('csi_attributes'));

    expect(attributes(ceph, '2.11.0')).toEqual([
      'kube_persistentvolume_csi_attributes{csi_map_options="nbds_max=16",csi_mounter="rbd-nbd"} 1',
    ]);
    expect(attributes(ceph, '2.10.0')).toEqual([]);
    expect(attributes(volume(onHost), '2.11.0')).toEqual([]);
  });

  test('a volume without a claim or status has a capacity', () => {
    const withoutStatus = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv-2' }, spec: {} };
    const families = samplesAsText(persistentVolumes, withoutStatus, '2.20.0').map((line) => line.split('{')[0]);

    expect(families).toEqual([
      'kube_persistentvolume_capacity_bytes',
      'kube_persistentvolume_info',
      'kube_persistentvolume_volume_mode',
    ]);
    expect(samplesAsText(persistentVolumes, withoutStatus, '2.20.0')).toContain('kube_persistentvolume_capacity_bytes{} 0');
  });
});

describe('persistentvolumeclaims', () => {
  const claim: PersistentVolumeClaim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name: 'data',
      namespace: 'shop',
      creationTimestamp: '2024-05-01T10:00:00Z',
      deletionTimestamp: '2024-05-01T11:00:00Z',
    },
    spec: {
      accessModes: ['ReadWriteOnce', 'ReadOnlyMany'],
      resources: { requests: { storage: '1.5Gi' } },
      storageClassName: 'local-path',
      volumeMode: 'Filesystem',
      volumeName: 'pvc-7f3a',
    },
    status: { phase: 'Bound', conditions: [{ type: 'FileSystemResizePending', status: 'True' }] },
  };

  test('a claim has its volume, class and requested storage', () => {
    expect(samplesAsText(persistentVolumeClaims, claim, '2.5.0')).toEqual(
      asText(`
      kube_persistentvolumeclaim_labels 1
      kube_persistentvolumeclaim_annotations 1
      kube_persistentvolumeclaim_info{storageclass="local-path",volumename="pvc-7f3a"} 1
      kube_persistentvolumeclaim_status_phase{phase="Lost"} 0
      kube_persistentvolumeclaim_status_phase{phase="Bound"} 1
      kube_persistentvolumeclaim_status_phase{phase="Pending"} 0
      kube_persistentvolumeclaim_resource_requests_storage_bytes 1610612736
      kube_persistentvolumeclaim_access_mode{access_mode="ReadWriteOnce"} 1
      kube_persistentvolumeclaim_access_mode{access_mode="ReadOnlyMany"} 1
      kube_persistentvolumeclaim_status_condition{condition="FileSystemResizePending",status="true"} 1
      kube_persistentvolumeclaim_status_condition{condition="FileSystemResizePending",status="false"} 0
      kube_persistentvolumeclaim_status_condition{condition="FileSystemResizePending",status="unknown"} 0
      kube_persistentvolumeclaim_created 1714557600
    `),
    );
  });

  test('from 2.10 on the volume mode and the deletion timestamp are exposed', () => {
    const samples = samplesAsText(persistentVolumeClaims, claim, '2.20.0');

    expect(samples).toContain(
      'kube_persistentvolumeclaim_info{storageclass="local-path",volumemode="Filesystem",volumename="pvc-7f3a"} 1',
    );
    expect(samples).toContain('kube_persistentvolumeclaim_deletion_timestamp{} 1714561200');
    expect(samples).toHaveLength(12);
  });

  test('a claim without a class has <none> before 2.8, and an empty label from 2.8 on', () => {
    const unclassed = { ...claim, spec: { volumeName: 'v1' } };

    expect(samplesAsText(persistentVolumeClaims, unclassed, '2.7.0')).toContain(
      'kube_persistentvolumeclaim_info{storageclass="<none>",volumename="v1"} 1',
    );
    expect(samplesAsText(persistentVolumeClaims, unclassed, '2.8.0')).toContain(
      'kube_persistentvolumeclaim_info{storageclass="",volumename="v1"} 1',
    );
  });

  test('the class of the old annotation takes precedence over that of the spec', () => {
    const annotations = { 'volume.beta.kubernetes.io/storage-class': 'slow' };
    const annotated = { ...claim, metadata: { ...claim.metadata, annotations } };

    expect(samplesAsText(persistentVolumeClaims, annotated, '2.6.0')).toContain(
      'kube_persistentvolumeclaim_info{storageclass="slow",volumename="pvc-7f3a"} 1',
    );
  });

  test('a claim without a status has no phase, and without requested storage no request', () => {
    const withoutStatus = { ...claim, spec: {}, status: {} };

    expect(samplesAsText(persistentVolumeClaims, withoutStatus, '2.20.0')).toEqual(
      asText(`
      kube_persistentvolumeclaim_info{storageclass="",volumename="",volumemode=""} 1
      kube_persistentvolumeclaim_created 1714557600
      kube_persistentvolumeclaim_deletion_timestamp 1714561200
    `),
    );
  });
});
