import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type PersistentVolumeClaim, persistentVolumeClaims } from './persistentvolumeclaims.ts';

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
