import { knownTargets } from '../../exporter/known.ts';
import { deriveTarget } from '../../exporter/target.ts';
import { fileOfObject, fileToOpen } from './paths.ts';

const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });

test('each object has a file below its namespace, with a name that every file system takes', () => {
  const metadata = { name: 'system:kube-state-metrics' };
  expect(fileOfObject({ apiVersion: 'v1', kind: 'ClusterRole', metadata })).toBe(
    'cluster/clusterrole-system_kube-state-metrics.yaml',
  );
  expect(fileOfObject(target.service)).toBe('monitoring/service-mntr-agent-kube-state-metrics.yaml');
});

test('a failure leads to the object of its area, or to the events where there are several', () => {
  expect(fileToOpen('access', target)).toMatch(/^cluster\/clusterrole-/);
  expect(fileToOpen('dns', target)).toBe(fileOfObject(target.service));
  expect(fileToOpen('exposition', target)).toBe('metrics.txt');
  expect(fileToOpen('scheduling', target)).toBe('events.txt');
});

test('without a ClusterRole the events are the file to open', () => {
  const objects = target.objects.filter(({ kind }) => kind !== 'ClusterRole');
  expect(fileToOpen('access', deriveTarget(objects, { name: 'agent' }))).toBe('events.txt');
});
