import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { PortForward } from '@kubernetes/client-node/dist/portforward.js';
import { type Connection, webSocketConfig } from './connection.ts';
import { refuseSession } from './read-only.ts';

/**
 * Listens on a free port of 127.0.0.1 and forwards it to a pod's port through the API server while `use` runs.
 * The library does not close the local socket when the remote side closes, so every socket is destroyed at the end. The kubelet reports
 * a port without a listener on an error stream: its message closes the local connection.
 * @throws WriteRefused for a read-only connection
 */
export async function withPortForward<T>(
  connection: Connection,
  pod: { readonly namespace: string; readonly name: string; readonly port: number },
  use: (port: number) => Promise<T>,
): Promise<T> {
  refuseSession(connection, `port-forward to ${pod.namespace}/${pod.name}`);
  const ends: (() => void)[] = [];
  const forward = new PortForward(webSocketConfig(connection), true);
  const server = createServer((socket) => {
    // The client of the socket, in `use`, gets the error.
    socket.on('error', () => undefined);
    ends.push(() => socket.destroy());
    forward
      .portForward(pod.namespace, pod.name, [pod.port], socket, errorStream(socket), socket)
      .then((webSocket) => ends.push(() => 'close' in webSocket && webSocket.close()))
      .catch((error: Error) => socket.destroy(error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  try {
    return await use((server.address() as AddressInfo).port);
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
