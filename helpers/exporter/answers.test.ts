import type { Exposition } from '../exposition/model.ts';
import { readExposition } from '../exposition/read.ts';
import { lacksSamples, verifyExposition, verifyLandingPage, verifyNotFound, verifyOk } from './paths.ts';
import { goTypeOf, readErrors, readSuccesses, readsTried } from './telemetry.ts';

const page = (body: string) => ({ status: 200, contentType: 'text/html; charset=utf-8', body });
const landingPage = page("<html><a href='/metrics'>metrics</a> <a href='/healthz'>healthz</a></html>");
const exposition = { status: 200, contentType: 'text/plain; version=0.0.4', body: 'kube_pod_info{pod="a"} 1\n' };

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

test('a scrape has its format and samples of the cluster', () => {
  expect(() => verifyExposition(exposition, 'text')).not.toThrow();
  expect(() => verifyExposition(exposition, 'openmetrics')).toThrow('application/openmetrics-text');
  expect(() => verifyExposition({ ...exposition, body: '# HELP kube_pod_info None.\n' }, 'text')).toThrow(
    'samples of the cluster',
  );
  expect(() => verifyExposition(landingPage, 'text')).toThrow('text/html');
});

test.each([
  ['an empty body', { ...exposition, body: '' }, true],
  ['headers', { ...exposition, body: '# HELP kube_pod_info None.\n# TYPE kube_pod_info gauge\n' }, true],
  ['a sample', exposition, false],
  ['a page', landingPage, false],
  ['an error without a body', { ...exposition, status: 503, body: '' }, false],
])('whether a scrape comes too early: %s', (_, answer, isTooEarly) => {
  expect(lacksSamples(answer)).toBe(isTooEarly);
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
