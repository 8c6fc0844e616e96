import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import WebSocket from 'ws';
import { KubeClient } from '../kube/client.ts';
import { asBearer, asNobody, connect } from '../kube/connection.ts';
import { ResourceMapper } from '../kube/reference.ts';
import { askedOfPod } from '../suite/mutant/interference.ts';
import type { RequestFault } from '../suite/mutant/request-fault.ts';
import { admission, scrapes } from '../suite/mutant/scrapes.ts';
import { type ApiProxy, startProxy } from './proxy.ts';

const directory = mkdtempSync(join(tmpdir(), 'proxy-'));
const written = join(directory, 'proxied');
const scrape = '/api/v1/namespaces/m/pods/exporter:8080/proxy/metrics';
let upstream: Server;
let executed = 0;
let proxy: ApiProxy;
let client: KubeClient;

/** Stands in for an API server: tells who asked, what for, and with which body. */
beforeAll(async () => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  upstream = createServer({ cert, key, requestCert: true, rejectUnauthorized: false }, async (request, response) => {
    executed += 1;
    let body = '';
    for await (const part of request) body += part;
    if (request.url?.endsWith('/broken')) {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      setImmediate(() => response.destroy());
      return;
    }
    const socket = request.socket as Socket & { getPeerCertificate(): { subject?: { CN: string } } };
    const { authorization = socket.getPeerCertificate().subject?.CN } = request.headers;
    response.end(JSON.stringify({ authorization, url: request.url, body }));
  });
  upstream.on('upgrade', (request, socket: Socket) => {
    socket.end(`HTTP/1.1 418 ${request.headers['sec-websocket-protocol']}\r\n\r\n`);
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const kubeconfig = {
    clusters: [
      {
        name: 'c',
        cluster: {
          server: `https://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
          'certificate-authority-data': base64(cert),
        },
      },
    ],
    users: [{ name: 'u', user: { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(join(directory, 'kubeconfig'), JSON.stringify(kubeconfig));
  proxy = await startProxy(join(directory, 'kubeconfig'), written);
  client = new KubeClient(await connect(written), new ResourceMapper([]));
});

afterEach(() => {
  proxy.interference = {};
});

afterAll(async () => {
  client.connection.agent.destroy();
  await proxy.stop();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(directory, { recursive: true });
});

test('Who comes with the kubeconfig passes with the certificate that the proxy holds', async () => {
  expect(await client.call('GET', '/version')).toMatchObject({ authorization: '127.0.0.1', url: '/version' });
});

test('Who brings nothing passes as nobody', async () => {
  const nobody = new KubeClient(asNobody(client.connection), client.mapper);

  expect(await nobody.call('GET', '/version')).toEqual({ url: '/version', body: '' });
  nobody.connection.agent.destroy();
});

test('Who brings a token passes with it, and with nothing else', async () => {
  const { agent } = client.connection;
  const bearer = new KubeClient(asBearer(client.connection, 'of-somebody'), client.mapper);

  expect(await bearer.call('GET', '/api?limit=1')).toMatchObject({ authorization: 'Bearer of-somebody', url: '/api?limit=1' });
  bearer.connection.agent.destroy();
  expect(agent).not.toBe(bearer.connection.agent);
});

test('Only what the interference is about is altered', async () => {
  proxy.interference = scrapes((body) => body.toUpperCase())();

  expect((await client.send<string>('GET', scrape, { responseType: 'text' })).data).toContain('EXPORTER:8080');
  expect(await client.call('GET', '/version')).toMatchObject({ url: '/version' });
});

test('What is created is altered on its way there', async () => {
  proxy.interference = admission('pods', ({ spec }) => {
    spec.dnsPolicy = 'Default';
  });

  const { body } = await client.call<{ body: string }>('POST', '/api/v1/namespaces/m/pods', {
    body: { metadata: { name: 'a' }, spec: {} },
  });

  expect(JSON.parse(body)).toEqual({ metadata: { name: 'a' }, spec: { dnsPolicy: 'Default' } });
});

test('A connection that is to become a WebSocket reaches the API server with its headers', async () => {
  const { server } = client.connection;
  const socket = new WebSocket(`${server.replace('https', 'wss')}/exec`, 'v4.channel.k8s.io', { rejectUnauthorized: false });

  const status = await new Promise((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(`${response.statusCode} ${response.statusMessage}`));
  });

  expect(status).toBe('418 v4.channel.k8s.io');
  socket.on('error', () => undefined);
  socket.terminate();
});

test('A request to a pod tells the port and the path; a request about a pod does not', () => {
  expect(askedOfPod({ path: scrape })).toEqual({ port: 8080, path: '/metrics' });
  expect(askedOfPod({ path: '/api/v1/namespaces/m/pods/exporter/log' })).toBeUndefined();
});

test('An answer that breaks off breaks off for who asked, be it altered or not, and the proxy goes on', async () => {
  const get = (path: string) => client.send<string>('GET', path, { responseType: 'text' });
  await expect(get('/broken')).rejects.toThrow(/aborted|hang up|ECONNRESET/);

  proxy.interference = { answer: () => (answer) => answer };
  await expect(get('/broken')).rejects.toThrow(/aborted|hang up|ECONNRESET/);

  expect((await get('/healthz')).status).toBe(200);
});

describe('A request that is to fail', () => {
  const get = () => client.send<string>('GET', '/healthz', { responseType: 'text' });
  const failing = (fault: RequestFault) => {
    proxy.interference = { fault: async () => fault };
  };

  test('is answered with the status, in the words of Kubernetes', async () => {
    failing({ kind: 'status', status: 429, retryAfterSeconds: 3 });

    const { status, headers, data } = await client.send<{ reason: string }>('GET', '/healthz');

    expect({ status, reason: data.reason, retryAfter: headers['retry-after'] }).toEqual({
      status: 429,
      reason: 'TooManyRequests',
      retryAfter: '3',
    });
  });

  test.each(['reset', 'lost-answer', 'cut-off'] as const)('breaks: %s', async (kind) => {
    failing({ kind });

    await expect(get()).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  });

  test.each(['hang', 'trickle'] as const)('comes to no end in time: %s', async (kind) => {
    failing({ kind });
    const signal = AbortSignal.timeout(1500);

    await expect(client.send('GET', '/healthz', { signal })).rejects.toThrow(/cancel|abort/);
  });

  test('is executed where only its answer is lost, and reaches nobody where it is reset', async () => {
    const before = executed;
    failing({ kind: 'reset' });
    await expect(get()).rejects.toThrow();
    expect(executed).toBe(before);

    failing({ kind: 'lost-answer' });
    await expect(get()).rejects.toThrow();
    expect(executed).toBe(before + 1);
  });

  test('is known by its body, which reaches the API server as it was', async () => {
    const bodies: string[] = [];
    proxy.interference = {
      fault: async ({ body }) => {
        bodies.push(body);
        return undefined;
      },
    };

    const answer = await client.call<{ body: string }>('POST', '/api/v1/namespaces', { body: { metadata: { name: 'a' } } });

    expect(bodies).toEqual([answer.body]);
  });
});
