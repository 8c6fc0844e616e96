import type { Exposition } from '../exposition/model.ts';
import { readExposition } from '../exposition/read.ts';
import { PackedBytes } from '../kube/packed-bytes.ts';
import { lacksSamples, verifyExposition, verifyLandingPage, verifyNotFound, verifyOk } from './paths.ts';
import { goTypeOf, readErrors, readSuccesses, readsTried } from './telemetry.ts';

const received = (contentType: string, body: string, status = 200) => {
  const bytes = Buffer.from(body);
  return { status, contentType, body, bytes, source: PackedBytes.of(bytes) };
};
const page = (body: string) => received('text/html; charset=utf-8', body);
const text = (body: string) => received('text/plain; version=0.0.4', body);
const landingPage = page("<html><a href='/metrics'>metrics</a> <a href='/healthz'>healthz</a></html>");
const exposition = text('kube_pod_info{pod="a"} 1\n');

test('a health URL has status 200 and the body OK, which a landing page lacks', () => {
  expect(() => verifyOk({ status: 200, contentType: 'text/plain', body: 'OK' })).not.toThrow();
  expect(() => verifyOk(landingPage)).toThrow('expected 200 and OK');
  expect(() => verifyOk({ status: 503, contentType: 'text/plain', body: 'OK' })).toThrow('actual: 503');
});

test('a link to a path may have a prefix of the proxy', () => {
  expect(() => verifyLandingPage(landingPage, ['/metrics', '/healthz'])).not.toThrow();
  expect(() => verifyLandingPage(page('<a href="/api/v1/namespaces/m/pods/p:8080/proxy/metrics">'), ['/metrics'])).not.toThrow();
});

test('a page that mentions a path without a link fails', () => {
  expect(() => verifyLandingPage(page('see /metrics'), ['/metrics'])).toThrow('a page with links to /metrics');
});

test('a scrape has its format and samples of the cluster', async () => {
  await verifyExposition(exposition, 'text');
  await expect(verifyExposition(exposition, 'openmetrics')).rejects.toThrow('application/openmetrics-text');
  await expect(verifyExposition(text('# HELP kube_pod_info None.\n'), 'text')).rejects.toThrow('samples of the cluster');
  await expect(verifyExposition(landingPage, 'text')).rejects.toThrow('text/html');
});

test.each([
  ['an empty body', text(''), true],
  ['headers', text('# HELP kube_pod_info None.\n# TYPE kube_pod_info gauge\n'), true],
  ['megabytes of headers', text(`# HELP kube_pod_info ${'long '.repeat(1_000_000)}\n# TYPE kube_pod_info gauge\n`), true],
  ['a sample', exposition, false],
  ['a page', landingPage, false],
  ['an error without a body', received('text/plain', '', 503), false],
])('whether a scrape comes too early: %s', async (_, answer, isTooEarly) => {
  expect(await lacksSamples(answer)).toBe(isTooEarly);
});

test('a page for an unknown path fails', () => {
  expect(() => verifyNotFound({ status: 404, contentType: 'text/plain', body: '404 page not found' })).not.toThrow();
  expect(() => verifyNotFound(landingPage)).toThrow('expected 404');
});

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
