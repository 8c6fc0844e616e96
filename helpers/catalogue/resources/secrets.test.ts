import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type Secret, secrets } from './secrets.ts';

const secret: Secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'certificate',
    namespace: 'shop',
    creationTimestamp: '2024-05-01T10:00:00Z',
    resourceVersion: '91',
    ownerReferences: [{ apiVersion: 'cert-manager.io/v1', kind: 'Certificate', name: 'web', uid: 'c1', controller: true }],
  },
  type: 'kubernetes.io/tls',
};

test('a secret has its type, time and resource version', () => {
  expect(samplesAsText(secrets, secret, '2.5.0')).toEqual(
    asText(`
      kube_secret_info 1
      kube_secret_type{type="kubernetes.io/tls"} 1
      kube_secret_annotations 1
      kube_secret_labels 1
      kube_secret_created 1714557600
      kube_secret_metadata_resource_version 91
    `),
  );
});

test('the owner is exposed from 2.11 on', () => {
  expect(samplesAsText(secrets, secret, '2.10.1')).not.toContainEqual(expect.stringContaining('kube_secret_owner'));
  expect(samplesAsText(secrets, secret, '2.20.0')).toEqual(
    asText(`
      kube_secret_info 1
      kube_secret_type{type="kubernetes.io/tls"} 1
      kube_secret_created 1714557600
      kube_secret_metadata_resource_version 91
      kube_secret_owner{owner_kind="Certificate",owner_name="web",owner_is_controller="true"} 1
    `),
  );
});

test('a secret without an owner has empty owner labels', () => {
  const { ownerReferences: _, ...metadata } = secret.metadata;

  expect(samplesAsText(secrets, { ...secret, metadata }, '2.11.0')).toContain(
    'kube_secret_owner{owner_is_controller="",owner_kind="",owner_name=""} 1',
  );
});
