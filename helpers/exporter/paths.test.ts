import { verifyExposition, verifyLandingPage, verifyNotFound, verifyOk } from './paths.ts';

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

test('a page for an unknown path fails', () => {
  expect(() => verifyNotFound({ status: 404, contentType: 'text/plain', body: '404 page not found' })).not.toThrow();
  expect(() => verifyNotFound(landingPage)).toThrow('expected 404');
});
