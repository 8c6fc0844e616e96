import type { EndpointSlice, Service } from '../objects.ts';
import type { Store } from '../store.ts';

/** Where a named port of a service is. */
export interface Server {
  readonly target: string;
  readonly port: number;
}

/** The names of a cluster. Source: Kubernetes, DNS for Services and Pods; the DNS specification. */
export class Zone {
  constructor(
    private readonly store: Store,
    readonly domain: string,
  ) {}

  /** The addresses of a name; undefined where there is no such name. */
  addresses(name: string): readonly string[] | undefined {
    const parts = this.partsOf(name);
    const [service, namespace, type] = parts?.slice(-3) ?? [];
    if (!parts || type !== 'svc' || service === undefined || namespace === undefined) return undefined;
    const found = this.store.find<Service>('services', { namespace, name: service });
    if (!found) return undefined;
    const ready = [...new Set(this.slicesOf(found).flatMap(readyIn))];
    if (parts.length === 4) {
      const one = ready.find((address) => dashed(address) === parts[0]);
      return one === undefined ? undefined : [one];
    }
    if (parts.length !== 3) return undefined;
    // Without an address a headless Service has no name either.
    if (found.spec.clusterIP !== 'None') return [found.spec.clusterIP ?? ''];
    return ready.length > 0 ? ready : undefined;
  }

  /** `_http._tcp.service.namespace.svc.domain` */
  servers(name: string): readonly Server[] | undefined {
    const [port = '', protocol = '', service = '', namespace = '', type] = this.partsOf(name) ?? [];
    const found = this.store.find<Service>('services', { namespace, name: service });
    if (type !== 'svc' || !found || !port.startsWith('_')) return undefined;
    const isAsked = (one: { name?: string; protocol?: string }) =>
      `_${one.name}` === port && `_${(one.protocol ?? 'TCP').toLowerCase()}` === protocol;
    const whole = `${service}.${namespace}.svc.${this.domain}`;
    if (found.spec.clusterIP !== 'None') {
      return found.spec.ports?.filter(isAsked).map((one) => ({ target: whole, port: one.port }));
    }
    return this.slicesOf(found).flatMap((slice) =>
      (slice.ports ?? [])
        .filter(isAsked)
        .flatMap(({ port = 0 }) => readyIn(slice).map((ip) => ({ target: `${dashed(ip)}.${whole}`, port }))),
    );
  }

  /** The addresses of a name as a pod writes it, through its search domains. */
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

  /** Whoever made them: a slice belongs to the Service that its label names. */
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
