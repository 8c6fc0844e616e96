import { asText, family, podWith } from '../../testing/samples-as-text.ts';

test('an unschedulable pod is exposed, from 2.17 on with the time', () => {
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

test('a condition without a transition time has Go’s zero time', () => {
  const pod = podWith({}, { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: null }] });

  expect(family('kube_pod_status_ready_time', pod, '2.8.0')).toEqual(['kube_pod_status_ready_time{} -62135596800']);
});

test('a pod without a status has no phase, QoS class, start time or condition', () => {
  const samples = ['phase', 'qos_class', 'ready', 'scheduled', 'unschedulable', 'ready_time'].flatMap((name) =>
    family(`kube_pod_status_${name}`, podWith({}), '2.20.0'),
  );

  expect(samples).toEqual([]);
  expect(family('kube_pod_start_time', podWith({}), '2.20.0')).toEqual([]);
});

test('the completion time is when the last container terminated', () => {
  const ended = (name: string, finishedAt: string | null) => ({ name, state: { terminated: { finishedAt } } });
  const statuses = [ended('a', '2024-05-01T10:00:00Z'), ended('b', '2024-05-01T10:00:09Z'), ended('c', null)];

  expect(family('kube_pod_completion_time', podWith({}, { containerStatuses: statuses }), '2.5.0')).toEqual([
    'kube_pod_completion_time{} 1714557609',
  ]);
  expect(family('kube_pod_completion_time', podWith({}, { containerStatuses: [ended('c', null)] }), '2.20.0')).toEqual([]);
});

test('each address has its family', () => {
  const podIPs = [{ ip: '10.42.0.5' }, { ip: 'fd42::5' }, { ip: '::ffff:10.42.0.5' }, { ip: 'unset' }];

  expect(family('kube_pod_ips', podWith({}, { podIPs }), '2.20.0')).toEqual(
    asText(`
      kube_pod_ips{ip="10.42.0.5",ip_family="4"} 1
      kube_pod_ips{ip="fd42::5",ip_family="6"} 1
      kube_pod_ips{ip="::ffff:10.42.0.5",ip_family="4"} 1
    `),
  );
});

function reasonSample(reason: string, value: 0 | 1): string {
  return `kube_pod_status_reason{reason="${reason}"} ${value}`;
}

const evicted = podWith({}, { phase: 'Failed', reason: 'Evicted' });

test('through 2.19 every known reason has a sample, from 2.20 on only the one that applies', () => {
  expect(family('kube_pod_status_reason', evicted, '2.5.0')).toEqual([
    reasonSample('Evicted', 1),
    reasonSample('NodeAffinity', 0),
    reasonSample('NodeLost', 0),
    reasonSample('Shutdown', 0),
    reasonSample('UnexpectedAdmissionError', 0),
  ]);
  expect(family('kube_pod_status_reason', evicted, '2.19.0')).toEqual([
    reasonSample('Evicted', 1),
    reasonSample('NodeAffinity', 0),
    reasonSample('NodeLost', 0),
    reasonSample('PreemptionByScheduler', 0),
    reasonSample('SchedulingGated', 0),
    reasonSample('Shutdown', 0),
    reasonSample('TerminationByKubelet', 0),
    reasonSample('UnexpectedAdmissionError', 0),
  ]);
  expect(family('kube_pod_status_reason', evicted, '2.20.0')).toEqual([reasonSample('Evicted', 1)]);
});

test('from 2.16 on the reasons of conditions and of terminated containers apply too', () => {
  const pod = podWith(
    {},
    {
      conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'NodeLost' }],
      containerStatuses: [{ name: 'web', state: { terminated: { reason: 'Shutdown' } } }],
    },
  );
  const applying = (release: string) => family('kube_pod_status_reason', pod, release).filter((line) => line.endsWith(' 1'));

  expect(applying('2.15.0')).toEqual([]);
  expect(applying('2.16.0')).toEqual([reasonSample('NodeLost', 1), reasonSample('Shutdown', 1)]);
  expect(applying('2.20.0')).toEqual([reasonSample('NodeLost', 1), reasonSample('Shutdown', 1)]);
});

test('a scheduling gate is a reason from 2.19 on', () => {
  const gated = podWith({}, { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] });

  expect(family('kube_pod_status_reason', gated, '2.18.0')).not.toContain(reasonSample('SchedulingGated', 1));
  expect(family('kube_pod_status_reason', gated, '2.19.0')).toContain(reasonSample('SchedulingGated', 1));
});

test('2.20 exposes an unknown reason of the pod as Other, but not one of a condition', () => {
  const late = podWith({}, { reason: 'DeadlineExceeded', conditions: [{ type: 'Ready', status: 'False', reason: 'PodFailed' }] });

  expect(family('kube_pod_status_reason', late, '2.20.0')).toEqual([reasonSample('Other', 1)]);
});

test('2.20 exposes the disruption reason', () => {
  const conditions = (reason: string) => ({ conditions: [{ type: 'DisruptionTarget', status: 'False', reason }] });
  const disrupted = (reason: string, release: string) =>
    family('kube_pod_status_disruption_reason', podWith({}, conditions(reason)), release);

  expect(disrupted('EvictionByEvictionAPI', '2.20.0')).toEqual([
    'kube_pod_status_disruption_reason{reason="EvictionByEvictionAPI"} 1',
  ]);
  expect(disrupted('Maintenance', '2.20.0')).toEqual(['kube_pod_status_disruption_reason{reason="Other"} 1']);
  expect(disrupted('EvictionByEvictionAPI', '2.19.0')).toEqual([]);
});
