import type { Endpoints, Service, ServicePort } from './objects.ts';
import type { Store } from './store.ts';

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
