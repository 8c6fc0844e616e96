import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type StorageClass, storageClasses } from './storageclasses.ts';

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
