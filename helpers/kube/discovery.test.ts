import { InfrastructureError } from '../errors.ts';
import { KubeClient } from './client.ts';
import { connect } from './connection.ts';
import { discover } from './discovery.ts';
import { unavailableGroups } from './open.ts';
import { ResourceMapper } from './reference.ts';
import { type Answer, failure, hang, reset, startApiServer, status, type TestApiServer } from './testing/api-server.ts';

const groups = ['apps/v1', 'metrics.k8s.io/v1beta1'].map((groupVersion) => ({
  name: groupVersion.split('/')[0],
  versions: [{ groupVersion }],
}));
const resources = (name: string, kind: string) => status(200, { resources: [{ name, kind, namespaced: true, verbs: ['list'] }] });

const fine: Readonly<Record<string, Answer>> = {
  '/apis': status(200, { groups }),
  '/api/v1': resources('pods', 'Pod'),
  '/apis/apps/v1': resources('deployments', 'Deployment'),
  '/apis/metrics.k8s.io/v1beta1': resources('pods', 'PodMetrics'),
};

let api: TestApiServer;
beforeAll(async () => {
  api = await startApiServer();
});
afterAll(() => api.stop());

async function discoveredWith(faults: Readonly<Record<string, Answer>>) {
  api.answer = (response, request, number) => {
    const { pathname } = new URL(request.url ?? '/', api.server);
    ({ ...fine, ...faults })[pathname]?.(response, request, number);
  };
  const settings = {
    limits: { total: 10_000, idle: 200 },
    retries: { attempts: 2, within: 1000, firstPause: 1, longestPause: 1 },
  };
  return discover(new KubeClient(await connect(api.kubeconfig()), new ResourceMapper([]), settings));
}

test('all resources are discovered', async () => {
  const { resources: found, unavailable } = await discoveredWith({});
  expect(found.map(({ kind }) => kind)).toEqual(['Pod', 'Deployment', 'PodMetrics']);
  expect(unavailable).toEqual([]);
});

test.each<[string, Answer, string]>([
  ['is unavailable', failure(503, 'service unavailable'), 'service unavailable'],
  ['fails', failure(500, 'planted'), 'planted'],
  ['refuses', failure(403, 'forbidden'), 'forbidden'],
  ['is gone', failure(404, 'not found'), 'not found'],
  ['hangs', hang, 'stalled for 0.2 s'],
  ['responds with HTML', (response) => void response.end('<html>Sign in</html>'), 'returned <html>Sign in</html> instead of'],
])('a group whose server %s is unavailable for this reason, and the others are discovered', async (_, fault, reason) => {
  const { resources: found, unavailable } = await discoveredWith({ '/apis/metrics.k8s.io/v1beta1': fault });
  expect(found.map(({ kind }) => kind)).toEqual(['Pod', 'Deployment']);
  expect(unavailable).toEqual([{ apiVersion: 'metrics.k8s.io/v1beta1', reason: expect.stringContaining(reason) }]);
  const [sentence] = unavailableGroups({ mapper: new ResourceMapper(found, unavailable) });
  expect(sentence).toMatch(
    /^The aggregated API metrics\.k8s\.io\/v1beta1 is unavailable; its resources are not verified \(.*[^.]\)\.$/,
  );
});

test.each<[string, string, Answer]>([
  ['the groups are unavailable', '/apis', failure(503, 'planted')],
  ['the groups are HTML', '/apis', (response) => void response.end('<html>Sign in</html>')],
  ['the core group is unavailable', '/api/v1', failure(429, 'planted')],
  ['the connection breaks', '/apis/apps/v1', reset],
])('discovery fails with an InfrastructureError when %s', async (_, path, fault) => {
  await expect(discoveredWith({ [path]: fault })).rejects.toThrow(InfrastructureError);
});
