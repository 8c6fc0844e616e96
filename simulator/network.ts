import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import type { Endpoints, Service, ServicePort } from './objects.ts';
import type { Store } from './store.ts';

interface Listener {
  /** The port on 127.0.0.1. */
  readonly port: number;
  readonly server: Server;
  /** The accepted sockets, by the client's port. */
  readonly accepted: Map<number, Socket>;
  /** Whether only what is in the pod's network namespace reaches it, a port-forward among them. */
  readonly isOnLoopback: boolean;
}

/** The pod network: maps addresses and ports of pods to sockets on 127.0.0.1. */
export class Network {
  private readonly listeners = new Map<string, Listener>();
  /** By the address of a pod whose relay to the API server is paused, what waits for its end. */
  private readonly paused = new Map<string, (() => void)[]>();
  private nextAddress = 1;

  /** Allocates an address for a pod. */
  address(): string {
    this.nextAddress += 1;
    return `10.42.${this.nextAddress >> 8}.${this.nextAddress & 255}`;
  }

  /** Makes a server reachable at an address and port of a pod. */
  async listen(ip: string, port: number, server: Server, isOnLoopback = false): Promise<void> {
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
    this.listeners.set(`${ip}:${port}`, { port: (server.address() as AddressInfo).port, server, accepted, isOnLoopback });
  }

  /** Closes all servers and connections of a pod. */
  closeAll(ip: string): void {
    for (const [address, { server, accepted }] of this.listeners) {
      if (!address.startsWith(`${ip}:`)) continue;
      this.listeners.delete(address);
      server.close();
      for (const socket of accepted.values()) socket.destroy();
    }
  }

  /** Lets the requests of a pod to the API server wait until `resume`. */
  pause(ip: string): void {
    if (!this.paused.has(ip)) this.paused.set(ip, []);
  }

  resume(ip: string): void {
    const waiting = this.paused.get(ip) ?? [];
    this.paused.delete(ip);
    for (const proceed of waiting) proceed();
  }

  /** Resolves when the requests of a pod to the API server are not paused. */
  reached(ip: string): Promise<void> {
    const waiting = this.paused.get(ip);
    return waiting === undefined ? Promise.resolve() : new Promise((proceed) => waiting.push(proceed));
  }

  stop(): void {
    for (const address of this.listeners.keys()) this.closeAll(address.split(':')[0] ?? '');
  }

  /** The port on 127.0.0.1 for a port of a pod; undefined when nothing listens there. */
  realPort(ip: string, port: number): number | undefined {
    const listener = this.listeners.get(`${ip}:${port}`);
    return listener?.isOnLoopback ? undefined : listener?.port;
  }

  /** @returns undefined when nothing listens on the port in the pod's network namespace */
  connectInside(ip: string, port: number): Socket | undefined {
    const real = this.listeners.get(`${ip}:${port}`)?.port;
    return real === undefined ? undefined : connect(real, '127.0.0.1');
  }

  /** @returns undefined when the connection is refused */
  connect(ip: string, port: number): Socket | undefined {
    const real = this.realPort(ip, port);
    return real === undefined ? undefined : connect(real, '127.0.0.1');
  }

  /** The bytes that a pod has sent over a connection and the client has not read. */
  unread(ip: string, port: number, socket: Socket): number {
    const sent = this.listeners.get(`${ip}:${port}`)?.accepted.get(socket.localPort ?? 0)?.bytesWritten ?? 0;
    return sent - socket.bytesRead;
  }
}

export interface Backend {
  readonly ip: string;
  readonly port: number;
}

/** The first ready endpoint of a port of a Service; undefined when there is none. */
export function backendOf(store: Store, service: Service, isRequested: (port: ServicePort) => boolean): Backend | undefined {
  const port = service.spec.ports?.find(isRequested);
  const endpoints = store.find<Endpoints>('endpoints', service.metadata);
  for (const { addresses = [], ports = [] } of endpoints?.subsets ?? []) {
    const target = ports.find(({ name = '' }) => name === (port?.name ?? ''));
    if (port && addresses[0] && target) return { ip: addresses[0].ip, port: target.port };
  }
  return undefined;
}

/** Resolves the cluster IP of a Service to an endpoint, as kube-proxy does; returns other addresses unchanged. */
export function route(store: Store, ip: string, port: number): Backend | undefined {
  const service = store.list<Service>('services').find(({ spec }) => spec.clusterIP === ip);
  return service ? backendOf(store, service, (servicePort) => servicePort.port === port) : { ip, port };
}
