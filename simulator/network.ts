import { type AddressInfo, connect, type Server, type Socket } from 'node:net';

interface Listener {
  /** The real port behind the pod's. */
  readonly port: number;
  readonly server: Server;
  /** The far ends of the connections to it, by the port that they come from. */
  readonly accepted: Map<number, Socket>;
}

/**
 * The pods' network: every pod has an address of its own, and behind each port that something listens on is a real socket on
 * 127.0.0.1, whose number only this knows.
 */
export class Network {
  private readonly listeners = new Map<string, Listener>();
  private nextAddress = 1;

  /** An address for a new pod. */
  address(): string {
    this.nextAddress += 1;
    return `10.42.${this.nextAddress >> 8}.${this.nextAddress & 255}`;
  }

  /** Lets a server answer at a pod's address. */
  async listen(ip: string, port: number, server: Server): Promise<void> {
    const accepted = new Map<number, Socket>();
    server.on('connection', (socket: Socket) => {
      const from = socket.remotePort ?? 0;
      accepted.set(from, socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => accepted.delete(from));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    this.listeners.set(`${ip}:${port}`, { port: (server.address() as AddressInfo).port, server, accepted });
  }

  /** Ends all servers of a pod, and whoever is connected to them. */
  silence(ip: string): void {
    for (const [address, { server, accepted }] of this.listeners) {
      if (!address.startsWith(`${ip}:`)) continue;
      this.listeners.delete(address);
      server.close();
      for (const socket of accepted.values()) socket.destroy();
    }
  }

  stop(): void {
    for (const address of this.listeners.keys()) this.silence(address.split(':')[0] ?? '');
  }

  /** The real port behind a pod's; undefined where nobody listens. */
  realPort(ip: string, port: number): number | undefined {
    return this.listeners.get(`${ip}:${port}`)?.port;
  }

  /** @returns undefined where the connection is refused */
  connect(ip: string, port: number): Socket | undefined {
    const real = this.realPort(ip, port);
    return real === undefined ? undefined : connect(real, '127.0.0.1');
  }

  /** How many bytes a pod has sent over a connection that the other end has not read. */
  unread(ip: string, port: number, socket: Socket): number {
    const sent = this.listeners.get(`${ip}:${port}`)?.accepted.get(socket.localPort ?? 0)?.bytesWritten ?? 0;
    return sent - socket.bytesRead;
  }
}
