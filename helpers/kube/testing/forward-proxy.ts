import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** For tests: an HTTP proxy on 127.0.0.1. */
export interface ForwardProxy {
  readonly port: number;
  /** The requested `HOST:PORT` and the Proxy-Authorization header of each tunnel. */
  readonly tunnels: readonly { readonly to: string; readonly authorization: string | undefined }[];
  stop(): Promise<void>;
}

/** @param target the URL to which all tunnels lead, whatever their host */
export async function startForwardProxy(target: string): Promise<ForwardProxy> {
  const tunnels: { to: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connect', (request, socket: Socket) => {
    tunnels.push({ to: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    const { hostname, port } = new URL(target);
    const through = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      through.pipe(socket).pipe(through);
    });
    for (const end of [socket, through]) {
      sockets.add(end);
      end.on('error', () => {
        socket.destroy();
        through.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    tunnels,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
