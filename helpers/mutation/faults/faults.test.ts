import type { KubernetesObject } from '../../kube/object.ts';
import type { ProxiedRequestWithBody } from '../../suite/mutant/interference.ts';
import { lostOrChanged } from './existing-cluster.ts';
import { type RunPhase, RunPhases, runIdIn } from './run-phase.ts';
import { unnamed } from './try-fault.ts';

const object = (kind: string, name: string, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, uid: name, ...metadata },
});

function request(method: string, url: string, body = ''): ProxiedRequestWithBody {
  const { pathname, searchParams } = new URL(url, 'https://cluster');
  return { method, path: pathname, query: searchParams, headers: { 'content-type': 'application/json' }, body };
}

test('the phase of a run follows from its requests', () => {
  const named = (name: string) => JSON.stringify({ metadata: { name } });
  const run: readonly (readonly [RunPhase, ProxiedRequestWithBody])[] = [
    ['discovery', request('GET', '/apis')],
    ['discovery', request('GET', '/apis/apps/v1')],
    ['preflight', request('GET', '/api/v1/namespaces/monitoring')],
    ['preflight', request('POST', '/apis/coordination.k8s.io/v1/namespaces/monitoring/leases', named('lock'))],
    ['preflight', request('POST', '/api/v1/namespaces/monitoring/pods?dryRun=All', named('control'))],
    ['fixtures', request('POST', '/api/v1/namespaces', named('conformance-0a1b2c-fixtures'))],
    ['install', request('POST', '/api/v1/namespaces/monitoring/services', named('exporter'))],
    ['install', request('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', '{}')],
    ['fixtures', request('POST', '/apis/apps/v1/namespaces/conformance-0a1b2c-fixtures/deployments', named('paused'))],
    ['install', request('POST', '/apis/apps/v1/namespaces/monitoring/deployments', named('exporter'))],
    ['verify', request('GET', '/api/v1/pods?labelSelector=conformance.kube-state-metrics/run=0a1b2c')],
    ['diagnostics', request('GET', '/api/v1/events')],
    ['diagnostics', request('GET', '/api/v1/namespaces/monitoring/pods/exporter/log')],
    ['removal', request('DELETE', '/api/v1/namespaces/conformance-0a1b2c-fixtures')],
    ['removal', request('GET', '/api/v1/namespaces/conformance-0a1b2c-fixtures')],
  ];
  const phases = new RunPhases();

  expect(run.map(([, passing]) => phases.phaseOf(passing))).toEqual(run.map(([phase]) => phase));
});

test('the id of a run is read from its names and labels', () => {
  const labelled = JSON.stringify({ metadata: { labels: { 'conformance.kube-state-metrics/run': '0a1b2c' } } });

  expect(runIdIn(request('GET', '/api/v1/namespaces/conformance-0a1b2c-dns/pods'))).toBe('0a1b2c');
  expect(runIdIn(request('POST', '/api/v1/namespaces/monitoring/services', labelled))).toBe('0a1b2c');
  expect(runIdIn(request('GET', '/api/v1/namespaces/monitoring/pods'))).toBeUndefined();
});

test('an object of others is lost when it was deleted, recreated, or changed', () => {
  const before = new Map(['a', 'b', 'c'].map((name) => [name, object('Secret', name, { namespace: 'n' })]));
  const after = new Map([
    ['a', object('Secret', 'a', { namespace: 'n' })],
    ['b', object('Secret', 'b', { namespace: 'n', resourceVersion: '2' })],
    ['new', object('Secret', 'c', { namespace: 'n', uid: 'new' })],
  ]);

  expect(lostOrChanged(before, after)).toEqual(['Secret n/b has changed', 'Secret n/c is gone']);
});

test('what is left is named by kind, namespace and name, or is deleted with an object that is named', () => {
  const left = [
    object('Namespace', 'fixtures'),
    object('ConfigMap', 'inside', { namespace: 'fixtures' }),
    object('Service', 'exporter', { namespace: 'monitoring' }),
    object('Endpoints', 'exporter', { namespace: 'monitoring' }),
    object('ConfigMap', 'exporter', { namespace: 'monitoring' }),
    object('PersistentVolume', 'exporter'),
    object('Pod', 'exporter-1', { namespace: 'monitoring', ownerReferences: [{ uid: 'x' }] }),
  ];
  const names = [
    'Namespace fixtures: kubectl delete namespace fixtures',
    { kind: 'Service', namespace: 'monitoring', name: 'exporter' },
  ];

  expect(unnamed(left, names)).toEqual(['ConfigMap monitoring/exporter', 'PersistentVolume exporter']);
});
