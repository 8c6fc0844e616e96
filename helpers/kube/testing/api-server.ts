import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** Answers a request in whatever way; the number counts the requests, from 1 on. */
export type Answer = (response: ServerResponse, request: IncomingMessage, number: number) => void;

/** For tests: an API server on 127.0.0.1 that answers as it is set to, and refuses every WebSocket. */
export interface ApiServerOfTest {
  answer: Answer;
  /** What has come, in its order. */
  readonly requests: readonly IncomingMessage[];
  readonly server: string;
  readonly authority: string;
  /** Where kubeconfigs can be written. */
  readonly directory: string;
  /** Writes a kubeconfig with this user, and with these fields of its cluster besides. */
  kubeconfig(user?: object, cluster?: object): string;
  stop(): Promise<void>;
}

export async function startApiServer(): Promise<ApiServerOfTest> {
  const certificate = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const directory = mkdtempSync(join(tmpdir(), 'api-server-'));
  const requests: IncomingMessage[] = [];
  const state: { answer: Answer } = { answer: status(200, {}) };
  const https = createServer({ cert: certificate.cert, key: certificate.private }, (request, response) => {
    requests.push(request);
    state.answer(response, request, requests.length);
  });
  // Who closes an idle connection may do so at the moment when it is used again.
  https.keepAliveTimeout = 0;
  https.on('upgrade', (request, socket) => {
    requests.push(request);
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
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

/** A whole answer. */
export function status(code: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(code, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** A failure in the words of Kubernetes. */
export function failure(code: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return status(code, { kind: 'Status', status: 'Failure', reason: 'Planted', message, code }, headers);
}

/** The connection ends without an answer. */
export const reset: Answer = (response) => void response.socket?.destroy();

/** Nothing, for as long as the connection is there. */
export const hang: Answer = () => undefined;

/** The connection ends within the body. */
export const cutOff: Answer = (response) => {
  response.writeHead(200, { 'Content-Length': '1000' });
  response.write('{"items": [', () => response.socket?.destroy());
};

/** A body that goes on, a byte at a time, for as long as the connection is there. */
export const trickle: Answer = (response) => {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};

/** One answer after the other; the last one stays. */
export function inTurn(...answers: readonly Answer[]): Answer {
  return (response, request, number) => (answers[number - 1] ?? answers.at(-1))?.(response, request, number);
}
