import type { Lease } from '../../kube/types.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { leases } from './leases.ts';

const node: Lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: {
    name: 'worker-1',
    namespace: 'kube-node-lease',
    ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'worker-1', uid: 'n1' }],
  },
  spec: { holderIdentity: 'worker-1', renewTime: '2024-05-01T10:00:00.987654Z' },
};

const { ownerReferences: _, ...unowned } = node.metadata;

test('2.5 exposes the owner and the renew time in whole seconds', () => {
  expect(samplesAsText(leases, node, '2.5.0')).toEqual(
    asText(`
      kube_lease_owner{owner_kind="Node",owner_name="worker-1"} 1
      kube_lease_renew_time 1714557600
    `),
  );
});

test('2.20 adds the namespace and the holder', () => {
  expect(samplesAsText(leases, node, '2.20.0')).toEqual(
    asText(`
      kube_lease_owner{owner_kind="Node",owner_name="worker-1",namespace="kube-node-lease",lease_holder="worker-1"} 1
      kube_lease_renew_time{namespace="kube-node-lease"} 1714557600
    `),
  );
});

test('the owner has the namespace from 2.7 on, the renew time from 2.9 on', () => {
  expect(samplesAsText(leases, { ...node, metadata: unowned }, '2.7.0')).toEqual(
    asText(`
      kube_lease_owner{owner_kind="<none>",owner_name="<none>",namespace="kube-node-lease",lease_holder="worker-1"} 1
      kube_lease_renew_time 1714557600
    `),
  );
});

test('a lease without a holder has an empty owner and no renew time', () => {
  expect(samplesAsText(leases, { ...node, metadata: unowned, spec: {} }, '2.8.0')).toEqual(
    asText('kube_lease_owner{owner_kind="",owner_name="",namespace="kube-node-lease",lease_holder=""} 1'),
  );
});

test('2.5 lists the leases of kube-node-lease, 2.7 those of all namespaces, and 2.10 those of --namespaces', () => {
  const listed = (minor: number) => leases.listsNamespace?.({ major: 2, minor, patch: 0 });

  expect([listed(5), listed(6), listed(7), listed(9), listed(10), listed(20)]).toEqual([
    'kube-node-lease',
    'kube-node-lease',
    '',
    '',
    undefined,
    undefined,
  ]);
});
