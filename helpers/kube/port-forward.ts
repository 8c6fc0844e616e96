import { Agent } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type Readable, Writable } from 'node:stream';
import { PortForward } from '@kubernetes/client-node/dist/portforward.js';
import type { KubeClient } from './client.ts';
import { type Connection, webSocketConfig } from './connection.ts';
import { refuseSession } from './read-only.ts';

export interface PodPort {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** A GET request to a forwarded port. */
export interface ForwardedRequest {
  readonly path: string;
  readonly tls: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** In milliseconds. */
  readonly timeout: number;
  /** Whether no body is waited for: the end of one that ends with its connection is not forwarded. */
  readonly statusOnly?: boolean;
}

/** A response of a forwarded port. */
export interface ForwardedAnswer {
  readonly status: number;
  /** Empty without the header. */
  readonly contentType: string;
  /** The Content-Encoding of the bytes; empty without it. Bytes are decompressed unless the request has an Accept-Encoding of its own. */
  readonly encoding: string;
  /** Empty where only the status was requested. */
  readonly bytes: Buffer;
}

/** There is no response of a forwarded port, although the API server answers. */
export class NoForwardedAnswer extends Error {}

/** A forwarded connection ended without a response: nothing listens on the port, or its process ended. */
export class ConnectionEnded extends NoForwardedAnswer {}

/**
 * Sends a GET request to a port of a pod through a port-forward, which ends in the pod's network namespace. It is a read, for which a
 * read-only connection may be used. A certificate is not verified: it names no address of this machine.
 * @returns the response, whatever its status
 * @throws NoForwardedAnswer; where the API server does not answer either, its InfrastructureError, as a forwarded connection ends in the
 *   same way with it
 */
export async function getForwarded(
  client: Pick<KubeClient, 'connection' | 'call'>,
  pod: PodPort,
  request: ForwardedRequest,
): Promise<ForwardedAnswer> {
  try {
    return await answerOf(client.connection, pod, request);
  } catch (error) {
    await client.call('GET', '/readyz');
    throw error instanceof ConnectionEnded ? error : new NoForwardedAnswer((error as Error).message, { cause: error });
  }
}

async function answerOf(
  connection: Connection,
  pod: PodPort,
  { path, tls, headers, timeout, statusOnly = false }: ForwardedRequest,
): Promise<ForwardedAnswer> {
  const httpsAgent = new Agent({ rejectUnauthorized: false });
  const responseType = statusOnly ? 'stream' : 'arraybuffer';
  const decompress = headers['Accept-Encoding'] === undefined;
  const settings = { headers, timeout, responseType, decompress, proxy: false, maxRedirects: 0, httpsAgent } as const;
  // Few runs forward a port, and loading this takes a fifth of the start of each process.
  const { default: axios } = await import('axios');
  return forwarded(connection, pod, async (local, refusal) => {
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${local}${path}`;
    const answer = await axios
      .get<Buffer | Readable>(url, { ...settings, validateStatus: () => true })
      .catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ECONNRESET' ? new ConnectionEnded(refusal() ?? error.message) : error;
      });
    if (!Buffer.isBuffer(answer.data)) answer.data.destroy();
    const bytes = Buffer.isBuffer(answer.data) ? answer.data : Buffer.alloc(0);
    const header = (name: string) => String(answer.headers[name] ?? '');
    return { status: answer.status, contentType: header('content-type'), encoding: header('content-encoding'), bytes };
  }).finally(() => httpsAgent.destroy());
}

/**
 * Listens on a free port of 127.0.0.1 and forwards it to a pod's port through the API server while `use` runs.
 * The library does not close the local socket when the remote side closes: it is ended when the forwarding does, and destroyed at the end. The kubelet reports
 * a port without a listener on an error stream: its message closes the local connection.
 * @throws WriteRefused for a read-only connection
 */
export async function withPortForward<T>(connection: Connection, pod: PodPort, use: (port: number) => Promise<T>): Promise<T> {
  refuseSession(connection, `port-forward to ${pod.namespace}/${pod.name}`);
  return forwarded(connection, pod, use);
}

/** @param use gets the local port, and what the kubelet last reported about the port of the pod */
async function forwarded<T>(
  connection: Connection,
  pod: PodPort,
  use: (port: number, refusal: () => string | undefined) => Promise<T>,
): Promise<T> {
  const ends: (() => void)[] = [];
  let refusal: string | undefined;
  const forward = new PortForward(webSocketConfig(connection), true);
  const server = createServer((socket) => {
    // The client of the socket, in `use`, gets the end of its connection without this reason.
    socket.on('error', ({ message }) => {
      refusal = message;
    });
    ends.push(() => socket.destroy());
    forward
      .portForward(pod.namespace, pod.name, [pod.port], socket, errorStream(socket), socket)
      .then((webSocket) => {
        if (!('close' in webSocket)) return;
        ends.push(() => webSocket.close());
        // What has arrived is still delivered.
        webSocket.on('close', () => socket.end());
      })
      .catch((error: Error) => socket.destroy(error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  try {
    return await use((server.address() as AddressInfo).port, () => refusal);
  } finally {
    for (const end of ends) end();
    server.close();
  }
}

/** The stream of the kubelet's errors about the forwarded port; the empty frame that opens it is ignored. */
function errorStream(socket: Socket): Writable {
  return new Writable({
    write: (message: Buffer, _encoding, done) => {
      if (message.length > 0) socket.destroy(new Error(message.toString()));
      done();
    },
  });
}
