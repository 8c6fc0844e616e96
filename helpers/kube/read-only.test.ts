import { KubeClient } from './client.ts';
import { connect } from './connection.ts';
import { exec } from './exec.ts';
import { withPortForward } from './port-forward.ts';
import { WriteRefused } from './read-only.ts';
import { ResourceMapper } from './reference.ts';
import { startApiServer, status, type TestApiServer } from './testing/api-server.ts';

const resource = { apiVersion: 'v1', group: '', name: 'pods', kind: 'Pod', namespaced: true, verbs: [] };
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'm', name: 'p', uid: 'u' } };
const reference = { apiVersion: 'v1', kind: 'Pod', namespace: 'm', name: 'p' };
const path = '/api/v1/namespaces/m/pods';

let api: TestApiServer;
let client: KubeClient;

beforeAll(async () => {
  api = await startApiServer();
  api.answer = status(200, { items: [] });
  client = new KubeClient(await connect(api.kubeconfig()), new ResourceMapper([resource])).readOnly();
});
afterAll(() => api.stop());
beforeEach(() => {
  (api.requests as unknown[]).length = 0;
});

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE'];
const reviews = [
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
  '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
  '/apis/authentication.k8s.io/v1/selfsubjectreviews',
];

/** Each HTTP method on each kind of path, and whether it is sent. */
const requests = methods.flatMap((method) => {
  const isGet = method === 'GET' || method === 'HEAD';
  return [
    ...[path, `${path}/p`, `${path}/p/status`, `${path}/p/log`, `${path}/p:8080/proxy/metrics`, '/version', '/apis'].map(
      (read) => [method, read, isGet] as const,
    ),
    ...reviews.map((review) => [method, review, isGet || method === 'POST'] as const),
    ...['exec', 'attach', 'portforward', '%65xec', 'Exec'].map((session) => [method, `${path}/p/${session}`, false] as const),
    [method, `${path}/p%2Fexec`, false] as const,
    [method, `${path}/p/proxy/../exec?command=rm`, false] as const,
    [method, '/api/v1/nodes/n/proxy/run/m/p/c', false] as const,
    [method, '/apis/authorization.k8s.io/v1/subjectaccessreviews', isGet] as const,
    [method, '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews/../../../v1/namespaces', isGet] as const,
  ];
});

const refused = requests.filter(([, , passes]) => !passes);
const passing = requests.filter(([, , passes]) => passes);

test.each(refused)('%s %s is refused before it is sent', async (method, target) => {
  for (const variant of [method, method.toLowerCase()]) {
    await expect(client.send(variant, target)).rejects.toThrow(WriteRefused);
    await expect(client.answer(variant, target)).rejects.toThrow(WriteRefused);
    await expect(client.call(variant, target)).rejects.toThrow(WriteRefused);
    await expect(client.withToken('another').send(variant, target)).rejects.toThrow(WriteRefused);
  }
  expect(api.requests).toHaveLength(0);
});

test.each(passing)('%s %s is sent', async (method, target) => {
  expect((await client.send(method, target)).status).toBe(200);
  expect(api.requests).toHaveLength(1);
});

const discarding = { take: () => undefined, restart: () => undefined };

/** Every public method of the client; a test below fails if one is missing. */
const uses: Readonly<Record<string, { readonly use: (client: KubeClient) => unknown; readonly passes: boolean }>> = {
  withToken: { use: (reader) => reader.withToken('t').call('DELETE', path), passes: false },
  withSignal: { use: (reader) => reader.withSignal(new AbortController().signal).call('DELETE', path), passes: false },
  withMapper: { use: (reader) => reader.withMapper(reader.mapper).call('DELETE', path), passes: false },
  readOnly: { use: (reader) => reader.readOnly().call('DELETE', path), passes: false },
  send: { use: (reader) => reader.send('POST', path), passes: false },
  answer: { use: (reader) => reader.answer('POST', path), passes: false },
  call: { use: (reader) => reader.call('POST', path), passes: false },
  create: { use: (reader) => reader.create(pod), passes: false },
  apply: { use: (reader) => reader.apply(pod, { dryRun: true }), passes: false },
  merge: { use: (reader) => reader.merge(reference, {}), passes: false },
  remove: { use: (reader) => reader.remove({ ...reference, ...pod } as never), passes: false },
  find: { use: (reader) => reader.find(reference), passes: true },
  get: { use: (reader) => reader.get(reference), passes: true },
  list: { use: (reader) => reader.list({ apiVersion: 'v1', kind: 'Pod' }), passes: true },
  eachOf: { use: (reader) => reader.eachOf({ apiVersion: 'v1', kind: 'Pod' }, discarding), passes: true },
};

test('every method of the client is tested', () => {
  const own = Object.getOwnPropertyNames(KubeClient.prototype).filter((name) => name !== 'constructor');
  expect(Object.keys(uses).sort()).toEqual(own.sort());
});

test.each(Object.entries(uses))('%s of a read-only client', async (_, { use, passes }) => {
  const attempt = Promise.resolve().then(() => use(client));
  await (passes ? attempt : expect(attempt).rejects.toThrow(WriteRefused));
  expect(api.requests.length > 0).toBe(passes);
});

test('a read-only connection runs no command and forwards no port', async () => {
  const { connection } = client;
  await expect(exec(connection, { namespace: 'm', pod: 'p', container: 'c' }, ['true'], 100)).rejects.toThrow(WriteRefused);
  const used = withPortForward(connection, { namespace: 'm', name: 'p', port: 1 }, async () => 'used');
  await expect(used).rejects.toThrow(WriteRefused);
  expect(api.requests).toHaveLength(0);
});
