import { knownTargets } from '../../helpers/exporter/known.ts';
import { deriveTarget } from '../../helpers/exporter/target.ts';
import { combined, container, set } from '../../helpers/suite/mutant/changes.ts';
import type { Change } from '../../helpers/suite/mutant/mutant.ts';
import { probeDifferences } from './declared.ts';

const livenessAfter = (change: Change) => {
  const objects = change(knownTargets.agent.rendering(), { workloadImage: 'busybox:1.36' });
  return probeDifferences({ target: deriveTarget(objects, { name: 'changed' }) }, 'liveness');
};

test('a default may be written out or omitted', () => {
  expect(livenessAfter((objects) => objects)).toEqual([]);
  expect(livenessAfter(container(({ livenessProbe }) => set(livenessProbe, { periodSeconds: 10, failureThreshold: 3 })))).toEqual(
    [],
  );
});

test('every difference from the documented probe is reported', () => {
  const change = container(({ livenessProbe }) => {
    set(livenessProbe?.httpGet, { path: '/health', port: 'telemetry', scheme: 'HTTPS', host: '10.0.0.1' });
    set(livenessProbe, { failureThreshold: 100, timeoutSeconds: undefined });
  });

  expect(livenessAfter(change)).toEqual([
    'its scheme is HTTPS',
    'its host is 10.0.0.1 instead of the pod',
    'its port is telemetry',
    'its path is /health',
    'its timeoutSeconds is 1, by default',
    'its failureThreshold is 100',
  ]);
});

test('a port that the container does not declare is named as such', () => {
  const change = container(({ livenessProbe }) => set(livenessProbe?.httpGet, { port: 'http' }));

  expect(livenessAfter(change)).toEqual(['its port is http, which its container does not declare']);
});

test('a probe of a port with TLS is sent over TLS', () => {
  const withTls = container((draft) => {
    Object.assign(draft, { args: ['--tls-config=/etc/tls/web.yaml'] });
  });
  const secured = container(({ livenessProbe }) => set(livenessProbe?.httpGet, { scheme: 'HTTPS' }));

  expect(livenessAfter(withTls)).toEqual(['its scheme is HTTP']);
  expect(livenessAfter(combined(withTls, secured))).toEqual([]);
});

test('a probe that is not an HTTP probe counts as missing', () => {
  expect(livenessAfter(container((draft) => set(draft, { livenessProbe: { tcpSocket: { port: 8080 } } })))).toEqual([
    'there is no HTTP probe',
  ]);
});
