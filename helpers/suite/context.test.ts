import { helmRelease } from '../audit/testing/release.ts';
import { findDeployment } from '../exporter/find.ts';
import { knownTargets } from '../exporter/known.ts';
import { profiles } from '../exporter/profile.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { openReadOnly } from '../kube/open.ts';
import { WriteRefused } from '../kube/read-only.ts';
import { startApiServer, status, type TestApiServer } from '../kube/testing/api-server.ts';
import { areaContext } from './context.ts';
import type { RunState } from './run-state.ts';

let api: TestApiServer;
beforeAll(async () => {
  api = await startApiServer();
  api.answer = status(200, { groups: [], resources: [] });
});
afterAll(() => api.stop());

const stateOf = () => ({
  kubeconfig: api.kubeconfig(),
  apiResources: [],
  unavailableApis: [],
  profile: profiles.agent,
  installation: { refused: [], deniedBeforeDeployment: [] },
});

test('the clients of an audit, its own and that of its requirements, are read-only; that of a run is not', async () => {
  const state = stateOf();
  const run = { ...state, manifests: helmRelease('v2.20.0') } as unknown as RunState;

  const own = await openReadOnly(run.kubeconfig, undefined, new AbortController().signal);
  const audited = await areaContext({ ...run, audit: { unreadable: [] } }, 'access');
  const installed = await areaContext(run, 'access');

  const write = '/api/v1/namespaces/default/pods/planted';
  for (const client of [own, audited.client]) await expect(client.call('DELETE', write)).rejects.toThrow(WriteRefused);
  await expect(installed.client.call('DELETE', write)).resolves.toBeDefined();
});

test('the areas of a run share a connection, and each has a client of its own', async () => {
  const state = stateOf();
  const run = { ...state, manifests: helmRelease('v2.20.0') } as unknown as RunState;

  const [access, dns] = [await areaContext(run, 'access'), await areaContext(run, 'dns')];

  expect(access.client.connection.agent).toBe(dns.client.connection.agent);
  expect(access.client).not.toBe(dns.client);
});

test('the scraper of an installation lends its token to requests to pods, and to nothing else', async () => {
  const state = stateOf();
  const scraper = { namespace: 'monitoring', name: 'scraper' };
  const run = { ...state, installation: { ...state.installation, scraper }, manifests: helmRelease('v2.20.0') };
  api.answer = status(201, { status: { token: 'token-of-the-scraper' } });

  const { client } = await areaContext(run as unknown as RunState, 'secured');

  expect(await client.connection.scraperToken?.()).toBe('token-of-the-scraper');
  expect(api.requests.at(-1)?.url).toBe('/api/v1/namespaces/monitoring/serviceaccounts/scraper/token');
  expect(await client.connection.headers()).not.toHaveProperty('Authorization', 'Bearer token-of-the-scraper');
});

test('the workloads of each ServiceAccount have a context, with a client and a namespace of their own', async () => {
  const manifests = sharedBy('first', 'second', 'first');
  const run = { ...stateOf(), id: 'r1', manifests } as unknown as RunState;

  const { eachAccount = [], each = [], ...whole } = await areaContext(run, 'access');

  expect(eachAccount.map(({ subject }) => subject)).toEqual([
    'Deployment monitoring/exporter-0, Deployment monitoring/exporter-2',
    'Deployment monitoring/exporter-1',
  ]);
  expect(eachAccount.map(({ target }) => target.serviceAccountName)).toEqual(['first', 'second']);
  expect(eachAccount.map(({ workloads }) => workloads.length)).toEqual([2, 1]);
  expect(new Set([whole, ...each, ...eachAccount].map(({ client }) => client)).size).toBe(6);
  expect(new Set([whole, ...each, ...eachAccount].map(({ unique }) => unique)).size).toBe(6);
});

test('workloads of one ServiceAccount have no contexts of accounts', async () => {
  const run = { ...stateOf(), id: 'r1', manifests: sharedBy('first', 'first') } as unknown as RunState;

  expect(await areaContext(run, 'access')).not.toHaveProperty('eachAccount');
});

/** A shard of the exporter for each of these ServiceAccounts. */
function sharedBy(...accounts: readonly string[]): readonly KubernetesObject[] {
  const rendering = knownTargets.current.rendering();
  const shards = accounts.map((serviceAccountName, index) => {
    const { spec, ...deployment } = structuredClone(findDeployment(rendering));
    const pod = { ...spec.template.spec, serviceAccountName };
    const metadata = { ...deployment.metadata, name: `exporter-${index}` };
    return { ...deployment, metadata, spec: { ...spec, template: { ...spec.template, spec: pod } } };
  });
  return [...rendering.filter(({ kind }) => kind !== 'Deployment'), ...shards];
}
