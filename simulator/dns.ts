import { createServer, type Socket } from 'node:net';
import { type Answer, AUTHORITATIVE_ANSWER, type Packet, streamDecode, streamEncode } from 'dns-packet';
import { endless, type Program } from './node/process.ts';
import type { EndpointSlice, Service } from './objects.ts';
import type { Store } from './store.ts';

/** The target of an SRV record. */
export interface Server {
  readonly target: string;
  readonly port: number;
}

/** The DNS records of a cluster. Source: Kubernetes, DNS for Services and Pods; the DNS specification. */
export class Zone {
  constructor(
    private readonly store: Store,
    readonly domain: string,
  ) {}

  /** The A records of a name; undefined when the name does not exist. */
  addresses(name: string): readonly string[] | undefined {
    const parts = this.partsOf(name);
    const [service, namespace, type] = parts?.slice(-3) ?? [];
    if (!parts || type !== 'svc' || service === undefined || namespace === undefined) return undefined;
    const found = this.store.find<Service>('services', { namespace, name: service });
    if (!found) return undefined;
    const ready = [...new Set(this.slicesOf(found).flatMap(readyIn))];
    if (parts.length === 4) {
      const match = ready.find((address) => dashed(address) === parts[0]);
      return match === undefined ? undefined : [match];
    }
    if (parts.length !== 3) return undefined;
    // A headless Service without ready endpoints has no records.
    if (found.spec.clusterIP !== 'None') return [found.spec.clusterIP ?? ''];
    return ready.length > 0 ? ready : undefined;
  }

  /** The SRV records of `_http._tcp.service.namespace.svc.domain`; undefined when the name does not exist. */
  servers(name: string): readonly Server[] | undefined {
    const [port = '', protocol = '', service = '', namespace = '', type] = this.partsOf(name) ?? [];
    const found = this.store.find<Service>('services', { namespace, name: service });
    if (type !== 'svc' || !found || !port.startsWith('_')) return undefined;
    const isRequested = (candidate: { name?: string; protocol?: string }) =>
      `_${candidate.name}` === port && `_${(candidate.protocol ?? 'TCP').toLowerCase()}` === protocol;
    const serviceName = `${service}.${namespace}.svc.${this.domain}`;
    if (found.spec.clusterIP !== 'None') {
      return found.spec.ports?.filter(isRequested).map((servicePort) => ({ target: serviceName, port: servicePort.port }));
    }
    return this.slicesOf(found).flatMap((slice) =>
      (slice.ports ?? [])
        .filter(isRequested)
        .flatMap(({ port = 0 }) => readyIn(slice).map((ip) => ({ target: `${dashed(ip)}.${serviceName}`, port }))),
    );
  }

  /** Resolves a name through the search domains of a pod in a namespace. */
  resolve(name: string, namespace: string): readonly string[] {
    const candidates = ['', `.${namespace}.svc.${this.domain}`, `.svc.${this.domain}`, `.${this.domain}`];
    for (const suffix of candidates) {
      const found = this.addresses(name + suffix);
      if (found) return found;
    }
    return [];
  }

  private partsOf(name: string): readonly string[] | undefined {
    const suffix = `.${this.domain}`;
    const own = name.toLowerCase().replace(/\.$/, '');
    return own.endsWith(suffix) ? own.slice(0, -suffix.length).split('.') : undefined;
  }

  /** The slices whose label names the Service, whoever created them. */
  private slicesOf({ metadata: { namespace, name } }: Service): readonly EndpointSlice[] {
    const slices = this.store.list<EndpointSlice>('endpointslices.discovery.k8s.io', namespace);
    return slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);
  }
}

function readyIn({ endpoints }: EndpointSlice): readonly string[] {
  return endpoints.filter(({ conditions }) => conditions?.ready !== false).flatMap(({ addresses }) => addresses);
}

function dashed(address: string): string {
  return address.replaceAll('.', '-');
}

const PORT = 53;
/** Source: RFC 1035, section 4.1.1. */
const NO_SUCH_NAME = 3;
/** In seconds; the default of CoreDNS for cluster names. */
const TTL = 5;

/** A stand-in for CoreDNS that serves a zone over TCP. */
export function dnsServer(zone: Zone): Program {
  return {
    start: ({ network, ip }) => {
      const server = createServer((socket) => serveConnection(zone, socket));
      void network.listen(ip, PORT, server);
      return endless(() => server.close(), 0);
    },
    run: () => Promise.resolve({ code: 127, stdout: '', stderr: 'there is no shell in this image\n' }),
  };
}

function serveConnection(zone: Zone, socket: Socket): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const length = 2 + received.readUInt16BE(0);
      socket.write(answer(zone, streamDecode(received.subarray(0, length))));
      received = received.subarray(length);
    }
  });
}

function answer(zone: Zone, { id = 0, questions = [] }: Packet): Buffer {
  const [question] = questions;
  const answers = question && recordsOf(zone, question.name, question.type);
  const flags = AUTHORITATIVE_ANSWER | (answers ? 0 : NO_SUCH_NAME);
  return streamEncode({ type: 'response', id, flags, questions, answers: answers ?? [] });
}

function recordsOf(zone: Zone, name: string, type: string): Answer[] | undefined {
  if (type === 'SRV') return zone.servers(name)?.map((data) => ({ type: 'SRV', name, ttl: TTL, data }));
  const addresses = zone.addresses(name);
  if (type !== 'A') return addresses && [];
  return addresses?.map((data) => ({ type: 'A', name, ttl: TTL, data }));
}
