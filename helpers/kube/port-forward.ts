import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { PortForward } from '@kubernetes/client-node/dist/portforward.js';
import { type Connection, socketAccess } from './connection.ts';
import { refuseSession } from './read-only.ts';

/**
 * Listens on a free port of 127.0.0.1 and forwards it to a pod's port through the API server while `use` runs.
 * Nothing of the library ends the local side when the far side does, so every socket is destroyed at the end; and a port that
 * nobody listens on is told on a stream of its own, whose words break the connection here.
 * @throws WriteRefused through a connection that only reads
 */
export async function withPortForward<T>(
  connection: Connection,
  pod: { readonly namespace: string; readonly name: string; readonly port: number },
  use: (port: number) => Promise<T>,
): Promise<T> {
  refuseSession(connection, `port-forward to ${pod.namespace}/${pod.name}`);
  const ends: (() => void)[] = [];
  const forward = new PortForward(socketAccess(connection), true);
  const server = createServer((socket) => {
    // The far end of the socket, in `use`, sees the break; this end has nobody to tell.
    socket.on('error', () => undefined);
    ends.push(() => socket.destroy());
    forward
      .portForward(pod.namespace, pod.name, [pod.port], socket, refusalsOf(socket), socket)
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

/** The kubelet's own words about the forwarded port; the empty frame that opens the stream says nothing. */
function refusalsOf(socket: Socket): Writable {
  return new Writable({
    write: (words: Buffer, _encoding, done) => {
      if (words.length > 0) socket.destroy(new Error(words.toString()));
      done();
    },
  });
}
