import type { Exposition } from '../exposition/model.ts';
import { readExposition } from '../exposition/read.ts';
import { goTypeOf, readErrors, readSuccesses, readsTried } from './telemetry.ts';

async function telemetry(...lines: readonly string[]): Promise<Exposition> {
  return (await readExposition(lines.map((line) => `${line}\n`).join(''), { format: 'text' })).exposition;
}

test('each kind with failed lists or watches is one line with their number', async () => {
  const exposition = await telemetry(
    'kube_state_metrics_list_total{resource="*v2beta2.HorizontalPodAutoscaler",result="error"} 12',
    'kube_state_metrics_list_total{resource="*v1.Pod",result="success"} 1',
    'kube_state_metrics_watch_total{resource="*v1.Pod",result="error"} 1',
  );

  expect(readErrors(exposition)).toEqual(['*v2beta2.HorizontalPodAutoscaler: 12 list errors', '*v1.Pod: 1 watch error']);
});

test('a counter of errors that is 0 is no error', async () => {
  expect(readErrors(await telemetry('kube_state_metrics_list_total{resource="*v1.Pod",result="error"} 0'))).toEqual([]);
});

test('a kind is read if a list or a watch succeeded', async () => {
  const exposition = await telemetry(
    'kube_state_metrics_list_total{resource="*v1.Pod",result="success"} 1',
    'kube_state_metrics_list_total{resource="*v1.Lease",result="error"} 3',
    'kube_state_metrics_watch_total{resource="*v1.Secret",result="success"} 1',
  );

  expect([...readSuccesses(exposition)].sort()).toEqual(['*v1.Pod', '*v1.Secret']);
  expect([...readsTried(exposition)].sort()).toEqual(['*v1.Lease', '*v1.Pod', '*v1.Secret']);
});

test('the counters have the Go type of a kind, whose package is the version without the group', () => {
  expect(goTypeOf({ apiVersion: 'v1', kind: 'Pod' })).toBe('*v1.Pod');
  expect(goTypeOf({ apiVersion: 'autoscaling/v2beta2', kind: 'HorizontalPodAutoscaler' })).toBe(
    '*v2beta2.HorizontalPodAutoscaler',
  );
});
