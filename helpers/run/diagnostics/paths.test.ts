import { knownTargets } from '../../exporter/known.ts';
import { deriveTarget } from '../../exporter/target.ts';
import { fileOfObject, fileToLookAt } from './paths.ts';

const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });

test('each object has a file below its namespace, with a name that every file system takes', () => {
  const metadata = { name: 'system:kube-state-metrics' };
  expect(fileOfObject({ apiVersion: 'v1', kind: 'ClusterRole', metadata })).toBe(
    'cluster/clusterrole-system_kube-state-metrics.yaml',
  );
  expect(fileOfObject(target.service)).toBe('monitoring/service-mntr-agent-kube-state-metrics.yaml');
});

test('a failure leads to what its area is about, and to the events where that is many things', () => {
  expect(fileToLookAt('access', target)).toMatch(/^cluster\/clusterrole-/);
  expect(fileToLookAt('dns', target)).toBe(fileOfObject(target.service));
  expect(fileToLookAt('exposition', target)).toBe('metrics.txt');
  expect(fileToLookAt('scheduling', target)).toBe('events.txt');
});

test('without a ClusterRole there is none to look at', () => {
  const objects = target.objects.filter(({ kind }) => kind !== 'ClusterRole');
  expect(fileToLookAt('access', { ...target, objects })).toBe('events.txt');
});
