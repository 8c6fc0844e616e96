import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { type WebSocket, WebSocketServer } from 'ws';

/** Responds to a request, or not; `number` counts the requests from 1 on. */
export type Answer = (response: ServerResponse, request: IncomingMessage, number: number) => void;

/** For tests: an HTTPS server on 127.0.0.1 that responds with `answer`, and refuses every WebSocket unless `session` is set. */
export interface TestApiServer {
  answer: Answer;
  /** Serves a WebSocket: of a command, or of a forwarded port. */
  session: ((webSocket: WebSocket) => void) | undefined;
  /** The received requests, in their order. */
  readonly requests: readonly IncomingMessage[];
  readonly server: string;
  readonly authority: string;
  /** A temporary directory for kubeconfigs. */
  readonly directory: string;
  /** Writes a kubeconfig with this user and these additional fields of its cluster, and returns its path. */
  kubeconfig(user?: object, cluster?: object): string;
  stop(): Promise<void>;
}

export async function startApiServer(): Promise<TestApiServer> {
  const certificate = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const directory = mkdtempSync(join(tmpdir(), 'api-server-'));
  const requests: IncomingMessage[] = [];
  const state: Pick<TestApiServer, 'answer' | 'session'> = { answer: status(200, {}), session: undefined };
  const webSockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' });
  const https = createServer({ cert: certificate.cert, key: certificate.private }, (request, response) => {
    requests.push(request);
    state.answer(response, request, requests.length);
  });
  // A server that closes idle connections may close one while it is used again.
  https.keepAliveTimeout = 0;
  https.on('upgrade', (request, socket, head) => {
    requests.push(request);
    if (state.session) webSockets.handleUpgrade(request, socket, head, state.session);
    else socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
  });
  const sockets = new Set<Socket>();
  https.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => https.listen(0, '127.0.0.1', resolve));
  const server = `https://127.0.0.1:${(https.address() as AddressInfo).port}`;
  let written = 0;
  return Object.assign(state, {
    requests,
    server,
    authority: certificate.cert,
    directory,
    kubeconfig: (user: object = { token: 'planted' }, cluster: object = {}) => {
      const authority = { 'certificate-authority-data': Buffer.from(certificate.cert).toString('base64') };
      written += 1;
      const path = join(directory, `kubeconfig-${written}`);
      const file = {
        clusters: [{ name: 'c', cluster: { server, ...authority, ...cluster } }],
        users: [{ name: 'u', user }],
        contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'test',
      };
      writeFileSync(path, JSON.stringify(file));
      return path;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => https.close(resolve));
      rmSync(directory, { recursive: true });
    },
  });
}

/** A complete response. */
export function status(code: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(code, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** A failure as a Kubernetes `Status`. */
export function failure(code: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return status(code, { kind: 'Status', status: 'Failure', reason: 'Planted', message, code }, headers);
}

/** The connection is closed without a response. */
export const reset: Answer = (response) => void response.socket?.destroy();

/** No response; the connection remains open. */
export const hang: Answer = () => undefined;

/** The connection is closed within the body. */
export const cutOff: Answer = (response) => {
  response.writeHead(200, { 'Content-Length': '1000' });
  response.write('{"items": [', () => response.socket?.destroy());
};

/** A body without an end, a byte every 20 ms. */
export const trickle: Answer = (response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

/** The answers one after the other; the last one is repeated. */
export function inSequence(...answers: readonly Answer[]): Answer {
  return (response, request, number) => (answers[number - 1] ?? answers.at(-1))?.(response, request, number);
}
