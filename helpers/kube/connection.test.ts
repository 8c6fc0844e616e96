import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { InfrastructureError, UsageError } from '../errors.ts';
import { KubeClient } from './client.ts';
import { asAnonymous, asBearer, connect } from './connection.ts';
import { exec } from './exec.ts';
import type { PackedBytes } from './packed-bytes.ts';
import { getForwarded, NoForwardedAnswer } from './port-forward.ts';
import { ResourceMapper } from './reference.ts';
import { reset, startApiServer, status, type TestApiServer } from './testing/api-server.ts';
import { type ForwardProxy, startForwardProxy } from './testing/forward-proxy.ts';

let api: TestApiServer;
let proxy: ForwardProxy;
beforeAll(async () => {
  api = await startApiServer();
  proxy = await startForwardProxy(api.server);
});
afterAll(async () => {
  await proxy.stop();
  await api.stop();
});
beforeEach(() => {
  Object.assign(api, { answer: status(200, {}), session: undefined });
  (api.requests as unknown[]).length = 0;
  (proxy.tunnels as unknown[]).length = 0;
});

const noRetries = { attempts: 1, within: 0, firstPause: 0, longestPause: 0 };

async function clientOf(path: string, environment: Readonly<Record<string, string>> = {}): Promise<KubeClient> {
  const connection = await connect(path, undefined, { environment });
  return new KubeClient(connection, new ResourceMapper([]), { retries: noRetries });
}

/** The headers of a request. */
async function headersFrom(client: KubeClient) {
  await client.call('GET', '/version');
  return api.requests.at(-1)?.headersDistinct ?? {};
}

test.each([
  ['a token', { token: 'planted' }, 'Bearer planted'],
  ['a name and a password', { username: 'me', password: 'secret' }, 'Basic bWU6c2VjcmV0'],
  ['nothing', {}, undefined],
])('%s in a kubeconfig is sent', async (_, user, authorization) => {
  expect((await headersFrom(await clientOf(api.kubeconfig(user)))).authorization?.[0]).toBe(authorization);
});

test('tokenFile takes precedence over token, and is read again for each request', async () => {
  const path = api.kubeconfig({ tokenFile: 'secrets/token', token: 'old' });
  mkdirSync(join(dirname(path), 'secrets'), { recursive: true });
  writeFileSync(join(dirname(path), 'secrets/token'), 'first\n');
  const client = await clientOf(path);
  expect((await headersFrom(client)).authorization).toEqual(['Bearer first']);
  writeFileSync(join(dirname(path), 'secrets/token'), 'second\n');
  expect((await headersFrom(client)).authorization).toEqual(['Bearer second']);
});

test('impersonation headers are sent, and not with another token', async () => {
  const user = {
    token: 'planted',
    as: 'somebody',
    'as-uid': '42',
    'as-groups': ['dev', 'ops'],
    'as-user-extra': { 'example.com/scopes': ['view', 'edit'] },
  };
  const client = await clientOf(api.kubeconfig(user));
  const acting = {
    'impersonate-user': ['somebody'],
    'impersonate-uid': ['42'],
    'impersonate-group': ['dev', 'ops'],
    'impersonate-extra-example.com%2fscopes': ['view', 'edit'],
  };
  expect(await headersFrom(client)).toMatchObject({ authorization: ['Bearer planted'], ...acting });
  expect(Object.keys(await headersFrom(client.withToken('another'))).filter((name) => name.startsWith('imp'))).toEqual([]);
  await expect(exec(client.connection, { namespace: 'm', pod: 'p', container: 'c' }, ['true'], 5000)).rejects.toThrow();
  expect(api.requests.at(-1)?.headersDistinct).toMatchObject({ authorization: ['Bearer planted'], ...acting });
});

/** The channel of a session on which the result of a command arrives. Source: Kubernetes, v4.channel.k8s.io. */
const result = Buffer.of(3);

test.each([
  ['that the runtime did not run', 'was not run by the container runtime: container not created: not found'],
  ['without a connection', 'could not be started: '],
])('a command %s is a failure of the cluster, not of what it examines', async (_, why) => {
  const failed = Buffer.from(JSON.stringify({ status: 'Failure', message: 'container not created: not found' }));
  if (why.startsWith('was')) api.session = (webSocket) => webSocket.send(Buffer.concat([result, failed]));
  const { connection } = await clientOf(api.kubeconfig());
  const ended = exec(connection, { namespace: 'm', pod: 'p', container: 'c' }, ['cat', '/x'], 5000);

  await expect(ended).rejects.toThrow(InfrastructureError);
  await expect(ended).rejects.toThrow(`"cat /x" in m/p ${why}`);
});

test('a forwarded port without a response is no failure of the cluster as long as the API server answers', async () => {
  const client = await clientOf(api.kubeconfig());
  const request = { path: '/metrics', tls: false, headers: {}, timeout: 5000 };
  const get = () => getForwarded(client, { namespace: 'm', name: 'p', port: 1 }, request);

  await expect(get()).rejects.toThrow(NoForwardedAnswer);
  api.answer = reset;
  await expect(get()).rejects.toThrow(InfrastructureError);
});

test('paths are relative to the kubeconfig, not to the working directory', async () => {
  const path = api.kubeconfig({ token: 'planted' }, { 'certificate-authority-data': '', 'certificate-authority': 'pki/ca.crt' });
  const elsewhere = join(dirname(path), 'elsewhere');
  mkdirSync(join(elsewhere, 'pki'), { recursive: true });
  writeFileSync(join(elsewhere, 'pki/ca.crt'), api.authority);
  const moved = join(elsewhere, basename(path));
  renameSync(path, moved);
  expect(await headersFrom(await clientOf(moved))).toHaveProperty('authorization');
});

test('requests, WebSockets and other users go through proxy-url with its password, which no error shows', async () => {
  const url = `http://me:secret@127.0.0.1:${proxy.port}`;
  const path = api.kubeconfig({ token: 'planted' }, { 'proxy-url': url, server: 'https://10.9.8.7:6443', 'tls-server-name': '' });
  const client = await clientOf(path);
  // The proxy connects every host to the server, whose certificate is for 127.0.0.1.
  const failed = await client.call('GET', '/version').catch(String);
  expect(failed).toMatch(/through the proxy http:\/\/127\.0\.0\.1:\d+ \(proxy-url of .*certificate is for other names/);
  expect(failed).not.toContain('secret');
  const through = await clientOf(api.kubeconfig({ token: 'planted' }, { 'proxy-url': url }));
  await through.call('GET', '/version');
  await new KubeClient(asAnonymous(through.connection), through.mapper).call('GET', '/version');
  await new KubeClient(asBearer(through.connection, 'another'), through.mapper).call('GET', '/version');
  const unused = await clientOf(api.kubeconfig({ token: 'planted' }, { 'proxy-url': url }));
  await exec(unused.connection, { namespace: 'm', pod: 'p', container: 'c' }, ['true'], 5000).catch(() => undefined);
  expect(api.requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer planted',
    undefined,
    'Bearer another',
    'Bearer planted',
  ]);
  const { host } = new URL(api.server);
  // Who sends no client certificate shares a connection, whichever token is sent.
  expect(proxy.tunnels.map(({ to }) => to)).toEqual(['10.9.8.7:6443', host, host, host]);
  expect(new Set(proxy.tunnels.map(({ authorization }) => authorization))).toEqual(new Set(['Basic bWU6c2VjcmV0']));
});

test('the proxy of the environment is used, except for the hosts of NO_PROXY', async () => {
  const environment = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  const path = api.kubeconfig({ token: 'planted' }, { server: 'https://api.example.com:6443', 'tls-server-name': '127.0.0.1' });
  await (await clientOf(path, environment)).call('GET', '/version').catch(() => undefined);
  expect(proxy.tunnels).toHaveLength(1);
  const direct = await clientOf(path, { ...environment, NO_PROXY: '.example.com' });
  expect(await direct.call('GET', '/version').catch(String)).not.toContain('through the proxy');
  expect(proxy.tunnels).toHaveLength(1);
});

test('a certificate of an unknown authority is an error with a remedy', async () => {
  const client = await clientOf(api.kubeconfig({ token: 'planted' }, { 'certificate-authority-data': '' }));
  const failed = client.call('GET', '/version');
  await expect(failed).rejects.toThrow(InfrastructureError);
  await expect(failed).rejects.toThrow(/its certificate is signed by an authority that is not in the kubeconfig/);
});

test('insecure-skip-tls-verify is supported, and refused with an authority', async () => {
  const skipping = { 'insecure-skip-tls-verify': true };
  const client = await clientOf(api.kubeconfig({}, { ...skipping, 'certificate-authority-data': '' }));
  expect(await headersFrom(client)).toHaveProperty('host');
  await expect(clientOf(api.kubeconfig({}, skipping))).rejects.toThrow(UsageError);
});

test.each([
  ['auth-provider', { 'auth-provider': { name: 'oidc' } }, {}],
  ['invented', { invented: 1 }, {}],
  ['pinned', {}, { pinned: true }],
])('the unsupported field %s is refused', async (name, user, cluster) => {
  const refused = clientOf(api.kubeconfig(user, cluster));
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(new RegExp(`sets ${name} for the (user|cluster) "[uc]", which is not supported: `));
});

test.each([
  ['a token that is no string', { token: 1 }, {}, /token is not a string/],
  ['a token and a name', { token: 'a', username: 'b' }, {}, /both a username and a token/],
  ['groups without a user', { token: 'a', 'as-groups': ['g'] }, {}, /without as/],
  ['groups that are no list', { token: 'a', as: 'x', 'as-groups': 'g' }, {}, /as-groups is not a list of strings/],
  ['a file that is not there', { tokenFile: 'nowhere' }, {}, /The tokenFile of the kubeconfig .* cannot be read: ENOENT/],
  ['an invalid key', { 'client-key-data': 'bm9uZQ==' }, {}, /A certificate or key of the kubeconfig/],
  ['a server without TLS', {}, { server: 'http://127.0.0.1:80' }, /must be like https:/],
  ['an unsupported proxy', {}, { 'proxy-url': 'ftp://me:secret@host' }, /proxy-url of .* is not the URL of a supported proxy/],
])('%s is bad usage', async (_, user, cluster, words) => {
  const failed = clientOf(api.kubeconfig(user, cluster));
  await expect(failed).rejects.toThrow(UsageError);
  await expect(failed).rejects.toThrow(words);
  await expect(failed).rejects.not.toThrow(/secret/);
});

test('a missing file or context is bad usage', async () => {
  await expect(connect('/nowhere')).rejects.toThrow(
    /The kubeconfig \/nowhere cannot be read: .* Set another with --kubeconfig\./,
  );
  await expect(connect(api.kubeconfig(), 'absent')).rejects.toThrow(/has no context "absent"; it has: test\./);
  writeFileSync(join(api.directory, 'empty'), '');
  await expect(connect(join(api.directory, 'empty'))).rejects.toThrow(UsageError);
});

async function impatientClient(total = 400): Promise<KubeClient> {
  const settings = { retries: noRetries, limits: { total, idle: 200 } };
  return new KubeClient(await connect(api.kubeconfig()), new ResourceMapper([]), settings);
}

test('a long body that is packed gets more time, as long as it arrives', async () => {
  const client = await impatientClient();
  api.answer = (response) => {
    let parts = 0;
    const sending = setInterval(() => {
      parts += 1;
      if (parts < 6) response.write(Buffer.alloc(1_000_000));
      else response.end(() => clearInterval(sending));
    }, 100);
    response.on('close', () => clearInterval(sending));
  };

  await expect(client.send('GET', '/version', { responseType: 'arraybuffer' })).rejects.toThrow('not complete within 0.4 s');
  const { data } = await client.send<PackedBytes>('GET', '/version', { responseType: 'packed' });
  expect(data.length).toBe(5_000_000);
});

/** Keeps the process from everything else, as a machine that stands still does. */
function standStill(milliseconds: number): void {
  const begun = performance.now();
  while (performance.now() - begun < milliseconds);
}

test.each([
  [
    'has arrived in',
    (response: ServerResponse) => {
      response.end('{"fine":true}');
      standStill(300);
    },
  ],
  [
    'arrives after',
    (response: ServerResponse) => {
      standStill(300);
      setTimeout(() => response.end('{"fine":true}'), 20);
    },
  ],
])('a response that %s a time in which the process stood still did not stall', async (_, answer) => {
  api.answer = answer;

  expect(await (await impatientClient(10_000)).call('GET', '/version')).toEqual({ fine: true });
});
