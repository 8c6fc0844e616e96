import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type StorageClass, storageClasses, type VolumeAttachment, volumeAttachments } from './storage.ts';

describe('storageclasses', () => {
  const local: StorageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'local-path', creationTimestamp: '2024-05-01T10:00:00Z' },
    provisioner: 'rancher.io/local-path',
    reclaimPolicy: 'Retain',
    volumeBindingMode: 'WaitForFirstConsumer',
  };

  const always = `
  kube_storageclass_info{provisioner="rancher.io/local-path",reclaim_policy="Retain",volume_binding_mode="WaitForFirstConsumer"} 1
  kube_storageclass_created 1714557600
`;

  test('a storage class has its provisioner and policies', () => {
    expect(samplesAsText(storageClasses, local, '2.5.0')).toEqual(
      asText(`${always}
      kube_storageclass_annotations 1
      kube_storageclass_labels 1`),
    );
    expect(samplesAsText(storageClasses, local, '2.20.0')).toEqual(asText(always));
  });

  test('policies that are not set are those that Kubernetes follows', () => {
    const { reclaimPolicy: _, volumeBindingMode: __, ...plain } = local;

    expect(samplesAsText(storageClasses, plain, '2.20.0')).toContain(
      'kube_storageclass_info{provisioner="rancher.io/local-path",reclaim_policy="Delete",volume_binding_mode="Immediate"} 1',
    );
  });
});

describe('volumeattachments', () => {
  const attachment: VolumeAttachment = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: 'csi-1', creationTimestamp: '2024-05-01T10:00:00Z', labels: { 'example.com/zone': 'a' } },
    spec: { attacher: 'csi.example.com', nodeName: 'worker-1', source: { persistentVolumeName: 'pv-1' } },
    status: { attached: true, attachmentMetadata: { devicePath: '/dev/sdb' } },
  };

  test('an attachment has all its labels without an allowlist, the same in all releases', () => {
    const expected = asText(`
    kube_volumeattachment_labels{label_example_com_zone="a"} 1
    kube_volumeattachment_info{attacher="csi.example.com",node="worker-1"} 1
    kube_volumeattachment_created 1714557600
    kube_volumeattachment_spec_source_persistentvolume{volumename="pv-1"} 1
    kube_volumeattachment_status_attached 1
    kube_volumeattachment_status_attachment_metadata{metadata_device_path="/dev/sdb"} 1
  `);

    expect(samplesAsText(volumeAttachments, attachment, '2.5.0')).toEqual(expected);
    expect(samplesAsText(volumeAttachments, attachment, '2.20.0')).toEqual(expected);
  });

  test('an attachment of an inline volume has no volume name', () => {
    const pending: VolumeAttachment = {
      ...attachment,
      metadata: { name: 'csi-2', creationTimestamp: '2024-05-01T10:00:00Z' },
      spec: { ...attachment.spec, source: {} },
      status: { attached: false },
    };

    expect(samplesAsText(volumeAttachments, pending, '2.20.0')).toEqual(
      asText(`
      kube_volumeattachment_labels 1
      kube_volumeattachment_info{attacher="csi.example.com",node="worker-1"} 1
      kube_volumeattachment_created 1714557600
      kube_volumeattachment_status_attached 0
      kube_volumeattachment_status_attachment_metadata 1
    `),
    );
  });
});
