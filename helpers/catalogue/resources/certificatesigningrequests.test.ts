import { contextOf } from '../table.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type CertificateSigningRequest, certificateSigningRequests } from './certificatesigningrequests.ts';

const approved: CertificateSigningRequest = {
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name: 'csr-1', creationTimestamp: '2024-05-01T10:00:00Z' },
  spec: { signerName: 'kubernetes.io/kubelet-serving' },
  status: { conditions: [{ type: 'Approved' }], certificate: Buffer.from('twenty bytes of cert').toString('base64') },
};

test('a request has its conditions and the length of its certificate in bytes', () => {
  expect(samplesAsText(certificateSigningRequests, approved, '2.5.0')).toEqual(
    asText(`
      kube_certificatesigningrequest_created 1714557600
      kube_certificatesigningrequest_condition{condition="approved"} 1
      kube_certificatesigningrequest_condition{condition="denied"} 0
      kube_certificatesigningrequest_cert_length 20
      kube_certificatesigningrequest_annotations 1
      kube_certificatesigningrequest_labels 1
    `),
  );
});

test('the condition Failed is exposed from 2.18 on', () => {
  const failed = { ...approved, status: { conditions: [{ type: 'Approved' }, { type: 'Failed' }] } };

  expect(samplesAsText(certificateSigningRequests, failed, '2.20.0')).toEqual(
    asText(`
      kube_certificatesigningrequest_created 1714557600
      kube_certificatesigningrequest_condition{condition="approved"} 1
      kube_certificatesigningrequest_condition{condition="denied"} 0
      kube_certificatesigningrequest_condition{condition="failed"} 1
      kube_certificatesigningrequest_cert_length 0
    `),
  );
});

test.each([
  ['pending', [], '0'],
  ['denied', [{ type: 'Denied' }], '1'],
])('a request that is %s has no certificate', (_, conditions, denied) => {
  const samples = samplesAsText(certificateSigningRequests, { ...approved, status: { conditions } }, '2.20.0');

  expect(samples).toContain('kube_certificatesigningrequest_condition{condition="approved"} 0');
  expect(samples).toContain(`kube_certificatesigningrequest_condition{condition="denied"} ${denied}`);
  expect(samples).toContain('kube_certificatesigningrequest_cert_length{} 0');
});

test('every sample has the signer', () => {
  expect(certificateSigningRequests.labels(approved, contextOf({ major: 2, minor: 5, patch: 0 }, {}))).toEqual({
    certificatesigningrequest: 'csr-1',
    signer_name: 'kubernetes.io/kubelet-serving',
  });
});
