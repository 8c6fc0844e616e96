import { contextOf } from '../table.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type ServiceAccount, serviceAccounts } from './serviceaccounts.ts';

const account: ServiceAccount = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'builder', namespace: 'shop', uid: 'a1', creationTimestamp: '2024-05-01T10:00:00Z' },
  automountServiceAccountToken: false,
  secrets: [{ name: 'builder-token' }],
  imagePullSecrets: [{ name: 'registry' }, { name: 'mirror' }],
};

test('a service account has its secrets', () => {
  expect(samplesAsText(serviceAccounts, account, '2.20.0')).toEqual(
    asText(`
      kube_serviceaccount_info{automount_token="false"} 1
      kube_serviceaccount_created 1714557600
      kube_serviceaccount_secret{name="builder-token"} 1
      kube_serviceaccount_image_pull_secret{name="registry"} 1
      kube_serviceaccount_image_pull_secret{name="mirror"} 1
    `),
  );
});

test('service accounts are not exposed by 2.5, nor by default by any release', () => {
  const release = (minor: number) => ({ major: 2, minor, patch: 0 });

  expect(samplesAsText(serviceAccounts, account, '2.5.0')).toEqual([]);
  expect(serviceAccounts.isDefault(release(6))).toBe(false);
  expect(serviceAccounts.isDefault(release(20))).toBe(false);
});

test('an unset automountServiceAccountToken has no label before 2.14, and an empty one from 2.14 on', () => {
  const { automountServiceAccountToken: _, ...withoutToken } = account;

  expect(samplesAsText(serviceAccounts, withoutToken, '2.13.0')).toContain('kube_serviceaccount_info{} 1');
  expect(samplesAsText(serviceAccounts, withoutToken, '2.14.0')).toContain('kube_serviceaccount_info{automount_token=""} 1');
});

test('every sample has the uid', () => {
  const context = contextOf({ major: 2, minor: 20, patch: 0 }, {});

  expect(serviceAccounts.labels(account, context)).toEqual({ namespace: 'shop', serviceaccount: 'builder', uid: 'a1' });
});
