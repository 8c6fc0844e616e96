import type { Endpoints, Service, ServicePort } from './objects.ts';
import type { Store } from './store.ts';

export interface Backend {
  readonly ip: string;
  readonly port: number;
}

/** A ready pod behind a port of a Service; undefined where there is none. */
export function backendOf(store: Store, service: Service, wanted: (port: ServicePort) => boolean): Backend | undefined {
  const port = service.spec.ports?.find(wanted);
  const endpoints = store.find<Endpoints>('endpoints', service.metadata);
  for (const { addresses = [], ports = [] } of endpoints?.subsets ?? []) {
    const target = ports.find((one) => (one.name ?? '') === (port?.name ?? ''));
    if (port && addresses[0] && target) return { ip: addresses[0].ip, port: target.port };
  }
  return undefined;
}

/** Where a connection goes: the address of a Service leads to a pod, as kube-proxy has it; every other leads to itself. */
export function route(store: Store, ip: string, port: number): Backend | undefined {
  const service = store.list<Service>('services').find(({ spec }) => spec.clusterIP === ip);
  return service ? backendOf(store, service, (one) => one.port === port) : { ip, port };
}
