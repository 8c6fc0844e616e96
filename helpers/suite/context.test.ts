import { helmRelease } from '../audit/testing/release.ts';
import { profiles } from '../exporter/profile.ts';
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
