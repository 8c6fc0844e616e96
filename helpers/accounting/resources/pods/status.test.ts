import { asText } from '../samples-as-text.ts';
import { family, podWith } from './testing-pod.ts';

test('a pod that cannot be scheduled says so, from 2.17 on with the time', () => {
  const pod = podWith(
    {},
    {
      conditions: [
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime: '2024-05-01T10:00:00Z' },
      ],
    },
  );

  expect(family('kube_pod_status_unschedulable', pod, '2.5.0')).toEqual(['kube_pod_status_unschedulable{} 1']);
  expect(family('kube_pod_status_scheduled', pod, '2.5.0')).toEqual(
    asText(`
      kube_pod_status_scheduled{condition="true"} 0
      kube_pod_status_scheduled{condition="false"} 1
      kube_pod_status_scheduled{condition="unknown"} 0
    `),
  );
  expect(family('kube_pod_status_scheduled_time', pod, '2.5.0')).toEqual([]);
  expect(family('kube_pod_status_unscheduled_time', pod, '2.16.0')).toEqual([]);
  expect(family('kube_pod_status_unscheduled_time', pod, '2.17.0')).toEqual(['kube_pod_status_unscheduled_time{} 1714557600']);
});

test('a condition whose time is not known dates from the year 1', () => {
  const pod = podWith({}, { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: null }] });

  expect(family('kube_pod_status_ready_time', pod, '2.8.0')).toEqual(['kube_pod_status_ready_time{} -62135596800']);
});

test('a pod that no kubelet has seen has no phase, class, start or condition', () => {
  const unseen = ['phase', 'qos_class', 'ready', 'scheduled', 'unschedulable', 'ready_time'].flatMap((name) =>
    family(`kube_pod_status_${name}`, podWith({}), '2.20.0'),
  );

  expect(unseen).toEqual([]);
  expect(family('kube_pod_start_time', podWith({}), '2.20.0')).toEqual([]);
});

test('a pod is complete when the last of its containers ended', () => {
  const ended = (name: string, finishedAt: string | null) => ({ name, state: { terminated: { finishedAt } } });
  const statuses = [ended('a', '2024-05-01T10:00:00Z'), ended('b', '2024-05-01T10:00:09Z'), ended('c', null)];

  expect(family('kube_pod_completion_time', podWith({}, { containerStatuses: statuses }), '2.5.0')).toEqual([
    'kube_pod_completion_time{} 1714557609',
  ]);
  expect(family('kube_pod_completion_time', podWith({}, { containerStatuses: [ended('c', null)] }), '2.20.0')).toEqual([]);
});

test('each address is told with its family', () => {
  const podIPs = [{ ip: '10.42.0.5' }, { ip: 'fd42::5' }, { ip: '::ffff:10.42.0.5' }, { ip: 'unset' }];

  expect(family('kube_pod_ips', podWith({}, { podIPs }), '2.20.0')).toEqual(
    asText(`
      kube_pod_ips{ip="10.42.0.5",ip_family="4"} 1
      kube_pod_ips{ip="fd42::5",ip_family="6"} 1
      kube_pod_ips{ip="::ffff:10.42.0.5",ip_family="4"} 1
    `),
  );
});
