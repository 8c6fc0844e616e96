import { knownTargets } from '../../helpers/exporter/known.ts';
import { deriveTarget } from '../../helpers/exporter/target.ts';
import { container, set } from '../../helpers/suite/mutant/changes.ts';
import type { Change } from '../../helpers/suite/mutant/mutant.ts';
import { probeDifferences } from './declared.ts';

const livenessAfter = (change: Change) => {
  const objects = change(knownTargets.agent.rendering(), { workloadImage: 'busybox:1.36' });
  return probeDifferences({ target: deriveTarget(objects, { name: 'changed' }) }, 'liveness');
};

test('a probe may say what is the default, and may not', () => {
  expect(livenessAfter((objects) => objects)).toEqual([]);
  expect(livenessAfter(container(({ livenessProbe }) => set(livenessProbe, { periodSeconds: 10, failureThreshold: 3 })))).toEqual(
    [],
  );
});

test('everything that is not as documented is told', () => {
  const change = container(({ livenessProbe }) => {
    set(livenessProbe?.httpGet, { path: '/health', port: 'telemetry', scheme: 'HTTPS', host: '10.0.0.1' });
    set(livenessProbe, { failureThreshold: 100, timeoutSeconds: undefined });
  });

  expect(livenessAfter(change)).toEqual([
    'it asks by HTTPS',
    'it asks the host 10.0.0.1 instead of the pod',
    'it asks the port telemetry',
    'it asks for /health',
    'its timeoutSeconds is 1, by default',
    'its failureThreshold is 100',
  ]);
});

test('another kind of probe is none that is documented', () => {
  expect(livenessAfter(container((draft) => set(draft, { livenessProbe: { tcpSocket: { port: 8080 } } })))).toEqual([
    'there is no such probe',
  ]);
});
