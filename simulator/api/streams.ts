import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Backend, backendOf, type Network } from '../network.ts';
import type { Runtime } from '../node/process.ts';
import type { Pod, Service, Stored } from '../objects.ts';
import type { Store, StoreEvent } from '../store.ts';
import { ApiFailure } from './failure.ts';
import { inVersion, selection } from './objects.ts';
import type { ApiRequest } from './request.ts';

/** Streams the events of the objects that a request selects, from its resourceVersion until its timeout. */
export function watch(store: Store, request: ApiRequest, response: ServerResponse): void {
  const { resource, namespace, query, apiVersion } = request;
  const isSelected = selection(query);
  const isWatched = (object: Stored) =>
    (namespace === undefined || object.metadata.namespace === namespace) && isSelected(object);
  const send = (type: string, object: unknown) => response.write(`${JSON.stringify({ type, object })}\n`);
  const report = ({ type, object, previous }: StoreEvent) => {
    const before = previous !== undefined && isWatched(previous);
    const now = type !== 'DELETED' && isWatched(object);
    if (now) send(before ? 'MODIFIED' : 'ADDED', inVersion(object, apiVersion));
    else if (before) send('DELETED', inVersion(object, apiVersion));
  };

  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  const from = query.get('resourceVersion') ?? '';
  const missed = from === '' || from === '0' ? [] : store.eventsAfter(Number(from));
  if (missed === undefined) {
    send('ERROR', { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old resource version' });
    response.end();
    return;
  }
  if (from === '' || from === '0') {
    for (const object of store.list(resource.key).filter(isWatched)) send('ADDED', inVersion(object, apiVersion));
  }
  for (const event of missed) if (event.resource === resource.key) report(event);
  const unlisten = store.listen((event) => {
    if (event.resource === resource.key) report(event);
  });
  const timeout = query.get('timeoutSeconds');
  const end = () => {
    unlisten();
    response.end();
  };
  const timer = timeout === null ? undefined : setTimeout(end, Number(timeout) * 1000);
  response.on('close', () => {
    unlisten();
    clearTimeout(timer);
  });
}

/** Forwards a request to a port of a pod, or of a pod behind a Service. */
export function proxy(
  { store, network }: { store: Store; network: Network },
  request: ApiRequest,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  const { ip, port } = request.resource.key === 'services' ? behindService(store, request) : ofPod(store, request);
  const send = request.name?.startsWith('https:') ? secureRequest : httpRequest;
  const real = network.realPort(ip, port);
  if (real === undefined) throw unreachable(ip, port);
  const { authorization: _, host: __, ...headers } = incoming.headers;
  const target = { host: '127.0.0.1', port: real, method: incoming.method, path: request.proxyPath, headers };
  const onward = send({ ...target, agent: false, rejectUnauthorized: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(503, { 'Content-Type': 'application/json' }).end(JSON.stringify(unreachable(ip, port).status));
  });
  response.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

function ofPod(store: Store, { namespace, name = '' }: ApiRequest): Backend {
  const [pod = '', port = '80'] = name.replace(/^https:/, '').split(':');
  const found = store.find<Pod>('pods', { namespace, name: pod });
  if (!found) throw ApiFailure.notFound('pods', pod);
  return { ip: found.status?.podIP ?? '', port: Number(port) };
}

/** Source: Kubernetes, Manually constructing API server proxy URLs: `[scheme:]name[:port]`, the port by name or number. */
function behindService(store: Store, { namespace, name = '' }: ApiRequest): Backend {
  const parts = name.split(':');
  const [service = '', requested = ''] = parts.length === 3 ? parts.slice(1) : parts;
  const found = store.find<Service>('services', { namespace, name: service });
  if (!found) throw ApiFailure.notFound('services', service);
  const backend = backendOf(
    store,
    found,
    ({ name, port }) => requested === '' || name === requested || String(port) === requested,
  );
  if (backend) return backend;
  throw new ApiFailure(503, 'ServiceUnavailable', `no endpoints available for service "${service}"`);
}

function unreachable(ip: string, port: number): ApiFailure {
  const message = `error trying to reach service: dial tcp ${ip}:${port}: connect: connection refused`;
  return new ApiFailure(503, 'ServiceUnavailable', message);
}

/** Source: Kubernetes, the remote command protocol, version 4: each message begins with its channel. */
const STDOUT = 1;
const STDERR = 2;
const RESULT = 3;

/** Source: RFC 6455, section 7.4.1. */
const INTERNAL_ERROR = 1011;

interface Backends {
  readonly store: Store;
  readonly network: Network;
  readonly runtime: Runtime;
}

const webSockets = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => ['v4.channel.k8s.io', 'portforward.k8s.io'].find((protocol) => offered.has(protocol)) ?? false,
});

/** Upgrades a request to a WebSocket, and executes a command or forwards a port over it. */
export function stream(backends: Backends, request: ApiRequest, incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
  const pod = backends.store.find<Pod>('pods', { namespace: request.namespace, name: request.name ?? '' });
  if (!pod) throw ApiFailure.notFound('pods', request.name ?? '');
  const serve = request.subresource === 'portforward' ? forward : execute;
  webSockets.handleUpgrade(incoming, socket, head, (webSocket) => {
    webSocket.on('error', () => webSocket.terminate());
    serve(backends, request, pod, webSocket).catch((error: Error) =>
      webSocket.close(INTERNAL_ERROR, error.message.slice(0, 100)),
    );
  });
}

async function execute({ runtime }: Backends, { query }: ApiRequest, pod: Pod, webSocket: WebSocket): Promise<void> {
  const container = query.get('container') ?? pod.spec.containers[0]?.name ?? '';
  const { code, stdout, stderr } = await runtime.exec(pod, container, query.getAll('command'));
  const send = (channel: number, text: string) => webSocket.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)]));
  if (stdout !== '') send(STDOUT, stdout);
  if (stderr !== '') send(STDERR, stderr);
  const causes = [{ reason: 'ExitCode', message: String(code) }];
  const failure = { status: 'Failure', reason: 'NonZeroExitCode', message: `command terminated with exit code ${code}` };
  send(RESULT, JSON.stringify({ metadata: {}, ...(code === 0 ? { status: 'Success' } : { ...failure, details: { causes } }) }));
  webSocket.close();
}

/** Channel 0 carries data, channel 1 errors; each begins with the port's number. */
async function forward({ network }: Backends, { query }: ApiRequest, pod: Pod, webSocket: WebSocket): Promise<void> {
  const port = Number(query.get('ports'));
  const number = Buffer.alloc(2);
  number.writeUInt16LE(port);
  const send = (channel: number, data: Buffer) => webSocket.send(Buffer.concat([Buffer.of(channel), data]));
  send(0, number);
  send(1, number);
  const target = network.connectInside(pod.status?.podIP ?? '', port);
  if (!target) {
    send(1, Buffer.from(`unable to forward port ${port}: connection refused`));
    webSocket.close();
    return;
  }
  target.on('data', (data) => send(0, data));
  target.on('error', () => webSocket.close());
  target.on('end', () => webSocket.close());
  webSocket.on('message', (data: Buffer) => data[0] === 0 && target.write(data.subarray(1)));
  webSocket.on('close', () => target.destroy());
}
