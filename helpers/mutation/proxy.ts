import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as send } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { generate } from 'selfsigned';
import { connect, type TlsOptions } from '../kube/connection.ts';
import type { Interference, ProxiedRequest } from '../suite/mutant/interference.ts';
import { failAnswer, failsBeforeApiServer, type RequestFault } from '../suite/mutant/request-fault.ts';

/** A proxy in front of an API server. */
export interface ApiProxy {
  /** What it alters in requests and responses; nothing at first. */
  interference: Interference;
  /** The number of open connections of its clients. */
  connections(): number;
  /** Closes the server and every connection. */
  vanish(): void;
  stop(): Promise<void>;
}

type Alter = Exclude<ReturnType<NonNullable<Interference['answer']>>, undefined>;

interface Upstream {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsOptions;
}

/**
 * Starts a proxy on a free port of 127.0.0.1. A client certificate cannot be forwarded: a request with the token of the kubeconfig that
 * is written is sent with the client certificate of `kubeconfig`; any other is sent with its own token, or anonymously.
 * @param kubeconfig the path of the kubeconfig of the API server, with the client certificate
 * @param written the path at which the kubeconfig of the proxy is written
 */
export async function startProxy(kubeconfig: string, written: string): Promise<ApiProxy> {
  const upstream = await upstreamOf(kubeconfig);
  const proxy: { interference: Interference } = { interference: {} };
  const certificate = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const ownToken = randomBytes(16).toString('hex');
  const agents = {
    withCertificate: agentOf(upstream.tls),
    withoutCertificate: agentOf({ ...(upstream.tls.ca && { ca: upstream.tls.ca }) }),
  };
  const server = createServer({ cert: certificate.cert, key: certificate.private }, (incoming, outgoing) => {
    const isOwn = incoming.headers.authorization === `Bearer ${ownToken}`;
    if (isOwn) delete incoming.headers.authorization;
    const agent = isOwn ? agents.withCertificate : agents.withoutCertificate;
    pass(incoming, outgoing, { upstream, agent, interference: proxy.interference }).catch((error) => outgoing.destroy(error));
  });
  // A server that closes an idle connection may do so while the client sends the next request on it.
  server.keepAliveTimeout = 0;
  const sockets = new Set<Socket>();
  // Only the suite itself, with the certificate, opens WebSockets.
  server.on('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => tunnel(incoming, socket, head, upstream));
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  writeFileSync(written, kubeconfigFor(port, certificate.cert, ownToken), { mode: 0o600 });
  const closed = new Promise((resolve) => server.once('close', resolve));
  const vanish = () => {
    if (server.listening) server.close();
    for (const socket of sockets) socket.destroy();
  };
  return Object.assign(proxy, {
    connections: () => sockets.size,
    vanish,
    stop: async () => {
      vanish();
      for (const agent of Object.values(agents)) agent.destroy();
      await closed;
    },
  });
}

function agentOf(tls: TlsOptions): Agent {
  return new Agent({ ...tls, keepAlive: true, secureContext: createSecureContext(tls) });
}

async function upstreamOf(path: string): Promise<Upstream> {
  const { server, tls } = await connect(path);
  const { hostname, port } = new URL(server);
  return { host: hostname, port: Number(port || 443), tls };
}

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { upstream, agent, interference }: { upstream: Upstream; agent: Agent; interference: Interference },
): Promise<void> {
  const passing = passingOf(incoming);
  const received = interference.fault && (await read(incoming));
  const fault = received && (await interference.fault?.({ ...passing, body: received.toString() }));
  if (fault && failsBeforeApiServer(fault, outgoing)) return;
  const alterRequest = interference.request?.(passing);
  const alterAnswer = interference.answer?.(passing);
  const { 'content-length': _length, 'transfer-encoding': _chunks, ...otherHeaders } = incoming.headers;
  const body = alterRequest ? alterRequest((received ?? (await read(incoming))).toString()) : received;
  const headers = body === undefined ? incoming.headers : { ...otherHeaders, 'content-length': String(Buffer.byteLength(body)) };
  // A response that is altered must not be compressed.
  const plain = alterAnswer ? { ...headers, 'accept-encoding': 'identity' } : headers;
  const { host, port } = upstream;
  // A connection that breaks on one side is broken on the other.
  const breakOff = (error: Error) => void outgoing.destroy(error);
  const forwarded = send({ host, port, agent, method: passing.method, path: incoming.url, headers: plain }, (answer) => {
    if (fault) {
      answerFaulty(answer, fault, outgoing).catch(breakOff);
      return;
    }
    if (alterAnswer) {
      answerAltered(answer, alterAnswer, outgoing).catch(breakOff);
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
    answer.on('error', breakOff);
  });
  forwarded.on('error', breakOff);
  outgoing.on('close', () => outgoing.writableFinished || forwarded.destroy());
  if (body === undefined) incoming.pipe(forwarded);
  else forwarded.end(body);
}

async function answerFaulty(answer: IncomingMessage, fault: RequestFault, outgoing: ServerResponse): Promise<void> {
  failAnswer(fault, answer, await read(answer), outgoing);
}

/** @throws an Error when the response is incomplete, or the client has disconnected */
async function answerAltered(answer: IncomingMessage, alter: Alter, outgoing: ServerResponse): Promise<void> {
  const body = (await read(answer)).toString();
  const altered = await alter({ status: answer.statusCode ?? 502, headers: answer.headers, body });
  const { 'content-length': _length, 'transfer-encoding': _chunks, ...kept } = altered.headers;
  outgoing.writeHead(altered.status, { ...kept, 'content-length': String(Buffer.byteLength(altered.body)) });
  outgoing.end(altered.body);
}

/** Forwards the bytes of a connection that is upgraded, to a WebSocket for instance. */
function tunnel(incoming: IncomingMessage, socket: Socket, head: Buffer, { host, port, tls }: Upstream): void {
  const upstream = connectTls({ host, port, ...tls, ALPNProtocols: ['http/1.1'] }, () => {
    const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
    for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
      // The certificate authenticates the request.
      if (incoming.rawHeaders[index]?.toLowerCase() === 'authorization') continue;
      lines.push(`${incoming.rawHeaders[index]}: ${incoming.rawHeaders[index + 1]}`);
    }
    upstream.write(`${lines.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.on('error', () => socket.destroy());
  socket.on('error', () => upstream.destroy());
  socket.on('close', () => upstream.destroy());
}

function passingOf({ method = 'GET', url = '/', headers }: IncomingMessage): ProxiedRequest {
  const { pathname, searchParams } = new URL(url, 'https://proxy');
  return { method, path: pathname, query: searchParams, headers };
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function kubeconfigFor(port: number, certificate: string, token: string): string {
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    'certificate-authority-data': Buffer.from(certificate).toString('base64'),
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'proxy', cluster }],
    users: [{ name: 'suite', user: { token } }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'suite' } }],
    'current-context': 'proxy',
  });
}
