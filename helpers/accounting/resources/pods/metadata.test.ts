import { asText } from '../samples-as-text.ts';
import { family, podWith } from './testing-pod.ts';

test('a pod that nothing controls says <none> before 2.8, and nothing from then on', () => {
  const pod = podWith({ hostNetwork: true });
  const info = (creator: string) =>
    asText(
      `kube_pod_info{host_ip="",pod_ip="",node="",created_by_kind="${creator}",created_by_name="${creator}",priority_class="",host_network="true"} 1`,
    );

  expect(family('kube_pod_info', pod, '2.7.0')).toEqual(info('<none>'));
  expect(family('kube_pod_info', pod, '2.8.0')).toEqual(info(''));
});

test('the creator is the owner that controls the pod; the others are only owners', () => {
  const metadata = {
    name: 'web',
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Node', name: 'server', uid: 'n1' },
      { apiVersion: 'batch/v1', kind: 'Job', name: 'load', uid: 'j1', controller: true },
    ],
  };
  const owned = { ...podWith({}), metadata };

  expect(family('kube_pod_info', owned, '2.5.0')[0]).toContain('created_by_kind="Job",created_by_name="load"');
  expect(family('kube_pod_owner', owned, '2.5.0')).toEqual(
    asText(`
      kube_pod_owner{owner_kind="Node",owner_name="server",owner_is_controller="false"} 1
      kube_pod_owner{owner_kind="Job",owner_name="load",owner_is_controller="true"} 1
    `),
  );
});

test('a pod that is going has the time until when it may take', () => {
  const going = { ...podWith({}), metadata: { name: 'web', deletionTimestamp: '2024-05-01T10:00:30Z' } };

  expect(family('kube_pod_deletion_timestamp', going, '2.5.0')).toEqual(['kube_pod_deletion_timestamp{} 1714557630']);
});
