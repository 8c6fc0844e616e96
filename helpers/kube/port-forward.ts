import { type AddressInfo, createServer, type Socket } from 'node:net';
import { PortForward } from '@kubernetes/client-node/dist/portforward.js';
import type { Connection } from './connection.ts';

/**
 * Listens on a free port of 127.0.0.1 and forwards it to a pod's port through the API server while `use` runs.
 * Nothing of the library ends the local side when the far side does, so every socket is destroyed at the end.
 */
export async function withPortForward<T>(
  connection: Connection,
  pod: { readonly namespace: string; readonly name: string; readonly port: number },
  use: (port: number) => Promise<T>,
): Promise<T> {
  const sockets = new Set<Socket>();
  const forward = new PortForward(connection.kubeConfig, true);
  const server = createServer((socket) => {
    sockets.add(socket);
    forward.portForward(pod.namespace, pod.name, [pod.port], socket, null, socket).catch((error: Error) => socket.destroy(error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}
