import type { Endpoints, Service } from '../objects.ts';
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
    const ready = this.readyOf(found);
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
    return this.subsetsOf(found).flatMap(({ addresses = [], ports = [] }) =>
      ports.filter(isAsked).flatMap((one) => addresses.map(({ ip }) => ({ target: `${dashed(ip)}.${whole}`, port: one.port }))),
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

  private readyOf(service: Service): readonly string[] {
    return this.subsetsOf(service).flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip));
  }

  private subsetsOf({ metadata }: Service): NonNullable<Endpoints['subsets']> {
    return this.store.find<Endpoints>('endpoints', metadata)?.subsets ?? [];
  }
}

function dashed(address: string): string {
  return address.replaceAll('.', '-');
}
