import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { InfrastructureError } from '../errors.ts';
import { ApiError, deniedBeforeThePod } from './api-error.ts';
import { KubeClient } from './client.ts';
import { connect } from './connection.ts';
import type { Limits } from './deadlines.ts';
import { ResourceMapper } from './reference.ts';
import { parseRetryAfter } from './retry.ts';
import {
  type Answer,
  cutOff,
  failure,
  hang,
  inSequence,
  reset,
  startApiServer,
  status,
  type TestApiServer,
  trickle,
} from './testing/api-server.ts';

const pods = { apiVersion: 'v1', group: '', name: 'pods', kind: 'Pod', namespaced: true, verbs: ['list'] };
const retries = { attempts: 3, within: 60_000, firstPause: 1000, longestPause: 8000 };
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const proxied = '/api/v1/namespaces/m/pods/exporter:8080/proxy/metrics';

let api: TestApiServer;
let client: KubeClient;
let pauses: number[];

beforeAll(async () => {
  api = await startApiServer();
});
afterAll(() => api.stop());

beforeEach(async () => {
  pauses = [];
  (api.requests as unknown[]).length = 0;
  // Pauses are recorded and take no time.
  const clock = {
    now: () => pauses.reduce((sum, pause) => sum + pause, 0),
    random: () => 0.5,
    pause: async (milliseconds: number) => void pauses.push(milliseconds),
  };
  client = new KubeClient(await connect(api.kubeconfig()), new ResourceMapper([pods]), { retries, clock });
});

/** The body of a request, or its error. */
function outcome(method: string, path: string): Promise<unknown> {
  return client.call(method, path).catch((error: unknown) => error);
}

test.each([429, 500, 502, 503, 504])('a read that fails with %i is retried', async (code) => {
  api.answer = inSequence(failure(code, 'not now'), status(200, { fine: true }));
  expect(await outcome('GET', '/version')).toEqual({ fine: true });
  expect(pauses).toEqual([750]);
});

test.each([
  ['is reset', reset],
  ['is closed within the body', cutOff],
])('a read whose connection %s is retried', async (_, fault) => {
  api.answer = inSequence(fault, status(200, { fine: true }));
  expect(await outcome('GET', '/version')).toEqual({ fine: true });
  expect(api.requests).toHaveLength(2);
});

test('a persistent failure is an InfrastructureError with the request, the message and the attempts', async () => {
  api.answer = failure(503, 'etcd has no leader');
  const error = await outcome('GET', '/api/v1/pods');
  expect(error).toBeInstanceOf(InfrastructureError);
  expect(String(error)).toContain('GET /api/v1/pods: 503 Planted: etcd has no leader (3 attempts in 2.3 s)');
  expect(api.requests).toHaveLength(3);
});

test('a refused connection is retried, and its error names the cause', async () => {
  const gone = await startApiServer();
  const path = gone.kubeconfig();
  client = new KubeClient(await connect(path), client.mapper, { retries: { ...retries, firstPause: 1, longestPause: 1 } });
  await gone.stop();
  expect(String(await outcome('GET', '/version'))).toMatch(
    /^InfrastructureError: There is no response to GET \/version of https:.*: nothing listens there \(.*\)\. \(3 attempts/,
  );
});

test('the pause is at least Retry-After, and one that is too long is not waited for', async () => {
  api.answer = inSequence(failure(429, 'slow down', { 'Retry-After': '7' }), status(200, {}));
  await outcome('GET', '/version');
  expect(pauses).toEqual([7500]);
  (api.requests as unknown[]).length = 0;
  api.answer = failure(429, 'slow down', { 'Retry-After': '120' });
  expect(String(await outcome('GET', '/version'))).toContain('429 Planted: slow down');
  expect(api.requests).toHaveLength(1);
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
  'a %s is not retried: the outcome of the first request is unknown',
  async (method) => {
    api.answer = failure(500, 'planted');
    expect(await outcome(method, '/api/v1/namespaces/m/pods')).toBeInstanceOf(InfrastructureError);
    expect(api.requests).toHaveLength(1);
  },
);

test('an unknown field is a refusal, although Kubernetes 1.24 returns 500', async () => {
  api.answer = failure(
    500,
    'failed to create typed patch object (m/p; v1, Kind=Pod): .spec.planted: field not declared in schema',
  );
  expect(await outcome('PATCH', '/api/v1/namespaces/m/pods/p')).toBeInstanceOf(ApiError);
});

test('a review of the own permissions is a read and is retried', async () => {
  api.answer = inSequence(failure(500, 'planted'), status(201, { status: { allowed: true } }));
  expect(await outcome('POST', reviews)).toEqual({ status: { allowed: true } });
});

test.each<[string, Answer]>([
  ['a failure of a pod', status(503, { error: 'the exporter starts' })],
  [
    'a pod that cannot be reached',
    failure(503, 'error trying to reach service: dial tcp 10.42.0.7:8080: connect: connection refused'),
  ],
  ['a Service without the port', failure(503, 'no service port 8081 found for service "kube-state-metrics"')],
])('%s through the proxy is neither retried nor a failure of the API server', async (_, fault) => {
  api.answer = fault;
  expect(await outcome('GET', proxied)).toBeInstanceOf(ApiError);
  expect((await client.answer('GET', proxied)).status).toBe(503);
  expect(api.requests).toHaveLength(2);
});

test.each<[string, Answer]>([
  ['fails', failure(500, 'etcd has no leader')],
  ['is overloaded', (response) => response.writeHead(429).end('Too many requests, please try again later.\n')],
])('an API server that %s before the pod is retried and is an InfrastructureError', async (_, fault) => {
  api.answer = inSequence(fault, (response) => response.end('# EOF'));
  expect((await client.answer('GET', proxied, { responseType: 'text' })).data).toBe('# EOF');
  (api.requests as unknown[]).length = 0;
  api.answer = fault;
  const failed = client.answer('GET', proxied, { responseType: 'arraybuffer' });
  await expect(failed).rejects.toThrow(InfrastructureError);
  await expect(failed).rejects.toThrow(/(etcd has no leader|Too many requests, please try again later\.) \(3 attempts/);
});

test('send sends once and returns any status', async () => {
  api.answer = failure(429, 'planted');
  expect((await client.send('GET', '/version')).status).toBe(429);
  expect(api.requests).toHaveLength(1);
});

test.each<[string, Answer, RegExp, Limits]>([
  [
    'trickles',
    trickle,
    /GET \/version of .* was not complete within 0\.4 s; \d+ bytes of its body were received/,
    { total: 400, idle: 20_000 },
  ],
  ['hangs', hang, /GET \/version of .* stalled for 0\.2 s; 0 bytes/, { total: 20_000, idle: 200 }],
])('a server that %s is an InfrastructureError and is not retried', async (_, fault, words, limits) => {
  api.answer = fault;
  client = new KubeClient(client.connection, client.mapper, { ...client.settings, limits });
  const error = await outcome('GET', '/version');
  expect(error).toBeInstanceOf(InfrastructureError);
  expect(String(error)).toMatch(words);
  expect(api.requests).toHaveLength(1);
});

test.each<[string, Answer]>([
  ['trickles', trickle],
  ['hangs', hang],
])('the client’s signal aborts a request to a server that %s', async (_, fault) => {
  const ended = new AbortController();
  const reason = new Error('The run was ended by SIGINT.');
  const endless = new KubeClient(client.connection, client.mapper, { limits: { total: 0, idle: 0 } });
  api.answer = (response, request, number) => {
    fault(response, request, number);
    ended.abort(reason);
  };
  await expect(endless.withSignal(ended.signal).call('GET', '/version', { timeout: 0 })).rejects.toBe(reason);
});

test('the client’s signal aborts a pause before a retry', async () => {
  const ended = new AbortController();
  api.answer = (response, request, number) => {
    failure(503, 'planted', { 'Retry-After': '20' })(response, request, number);
    response.on('finish', () => setImmediate(() => ended.abort(new Error('ended'))));
  };
  const patient = new KubeClient(client.connection, client.mapper, { signal: ended.signal });
  await expect(patient.call('GET', '/version')).rejects.toThrow('ended');
});

test('a watch that fails to start is retried', async () => {
  api.answer = inSequence(failure(503, 'planted'), (response) => response.end('{"type":"ADDED"}'));
  const { status: code, data } = await client.answer<Readable>('GET', '/api/v1/pods', { responseType: 'stream' });
  expect([code, await text(data)]).toEqual([200, '{"type":"ADDED"}']);
});

test('a compressed response is decompressed, unless the request has an Accept-Encoding of its own', async () => {
  const gzip = gzipSync('{"fine":true}');
  api.answer = (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzip);
  const request = { responseType: 'arraybuffer', headers: { 'Accept-Encoding': 'gzip' } } as const;

  expect(await outcome('GET', '/version')).toEqual({ fine: true });
  expect((await client.send<Buffer>('GET', '/version', request)).data).toEqual(gzip);

  api.answer = (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzip.subarray(0, 15));
  expect(String(await outcome('GET', '/version'))).toMatch(/There is no response to GET \/version of .*: unexpected end of file/);
});

test('a query is appended to a path, and a redirect is a response', async () => {
  api.answer = status(302, {}, { Location: '/elsewhere' });

  const answer = await client.answer('GET', '/logs?a=b%20c', { query: { 'd e': 'f&g', limit: 1 } });

  expect(answer).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
  expect(api.requests.map(({ url }) => url)).toEqual(['/logs?a=b%20c&d%20e=f%26g&limit=1']);
  expect(api.requests[0]?.headers['user-agent']).toBe('kube-state-metrics-conformance');
});

test('a list with a limit is one request; a response that is no list is an InfrastructureError', async () => {
  api.answer = status(200, { metadata: { continue: 'more' }, items: [{ metadata: { name: 'first' } }] });
  const listed = await client.list({ apiVersion: 'v1', kind: 'Pod' }, { limit: 1 });
  expect(listed).toEqual([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'first' } }]);
  expect(api.requests).toHaveLength(1);
  api.answer = (response) => response.end('<html>Sign in</html>');
  await expect(client.list({ apiVersion: 'v1', kind: 'Pod' })).rejects.toThrow(InfrastructureError);
});

const now = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['3', 3000],
  ['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
  ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('a Retry-After of %s is %s ms', (value, expected) => {
  expect(parseRetryAfter(value, now)).toBe(expected);
});

const denial = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code: 403 });

test.each([401, 403])('a Status with %i through the proxy is a denial of the API server', (status) => {
  expect(deniedBeforeThePod(status, Buffer.from(denial))).toBe(true);
});

test('a denial without a Status is the exporter’s, and no other status is a denial', () => {
  expect(deniedBeforeThePod(401, Buffer.from('Unauthorized\n'))).toBe(false);
  expect(deniedBeforeThePod(403, Buffer.from('{"error":"forbidden"}'))).toBe(false);
  expect(deniedBeforeThePod(404, Buffer.from(denial))).toBe(false);
  expect(deniedBeforeThePod(200, Buffer.from(denial))).toBe(false);
});
