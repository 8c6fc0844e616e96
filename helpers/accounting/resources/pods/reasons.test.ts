import { family, podWith } from './testing-pod.ts';

function holding(reason: string, value: 0 | 1): string {
  return `kube_pod_status_reason{reason="${reason}"} ${value}`;
}

const evicted = podWith({}, { phase: 'Failed', reason: 'Evicted' });

test('through 2.19 every known reason has a sample, from 2.20 on only the one that holds', () => {
  expect(family('kube_pod_status_reason', evicted, '2.5.0')).toEqual([
    holding('Evicted', 1),
    holding('NodeAffinity', 0),
    holding('NodeLost', 0),
    holding('Shutdown', 0),
    holding('UnexpectedAdmissionError', 0),
  ]);
  expect(family('kube_pod_status_reason', evicted, '2.19.0')).toEqual([
    holding('Evicted', 1),
    holding('NodeAffinity', 0),
    holding('NodeLost', 0),
    holding('PreemptionByScheduler', 0),
    holding('SchedulingGated', 0),
    holding('Shutdown', 0),
    holding('TerminationByKubelet', 0),
    holding('UnexpectedAdmissionError', 0),
  ]);
  expect(family('kube_pod_status_reason', evicted, '2.20.0')).toEqual([holding('Evicted', 1)]);
});

test('from 2.16 on the reasons of conditions and of ended containers count too', () => {
  const pod = podWith(
    {},
    {
      conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'NodeLost' }],
      containerStatuses: [{ name: 'web', state: { terminated: { reason: 'Shutdown' } } }],
    },
  );
  const held = (release: string) => family('kube_pod_status_reason', pod, release).filter((line) => line.endsWith(' 1'));

  expect(held('2.15.0')).toEqual([]);
  expect(held('2.16.0')).toEqual([holding('NodeLost', 1), holding('Shutdown', 1)]);
  expect(held('2.20.0')).toEqual([holding('NodeLost', 1), holding('Shutdown', 1)]);
});

test('a scheduling gate is a reason from 2.19 on', () => {
  const gated = podWith({}, { conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] });

  expect(family('kube_pod_status_reason', gated, '2.18.0')).not.toContain(holding('SchedulingGated', 1));
  expect(family('kube_pod_status_reason', gated, '2.19.0')).toContain(holding('SchedulingGated', 1));
});

test('2.20 calls a reason of the pod that it does not know Other, but not one of a condition', () => {
  const late = podWith({}, { reason: 'DeadlineExceeded', conditions: [{ type: 'Ready', status: 'False', reason: 'PodFailed' }] });

  expect(family('kube_pod_status_reason', late, '2.20.0')).toEqual([holding('Other', 1)]);
});

test('2.20 tells what disrupts a pod', () => {
  const conditions = (reason: string) => ({ conditions: [{ type: 'DisruptionTarget', status: 'False', reason }] });
  const disrupted = (reason: string, release: string) =>
    family('kube_pod_status_disruption_reason', podWith({}, conditions(reason)), release);

  expect(disrupted('EvictionByEvictionAPI', '2.20.0')).toEqual([
    'kube_pod_status_disruption_reason{reason="EvictionByEvictionAPI"} 1',
  ]);
  expect(disrupted('Maintenance', '2.20.0')).toEqual(['kube_pod_status_disruption_reason{reason="Other"} 1']);
  expect(disrupted('EvictionByEvictionAPI', '2.19.0')).toEqual([]);
});
