import type { KubernetesObject } from '../../kube/object.ts';
import type { EndpointPort, EndpointSubset, Endpoints } from '../../kube/types.ts';
import { atLeast } from '../../version.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, namespaceAndName } from '../metadata.ts';
import { type Context, type Expected, fact, gauge, type ResourceTable, value } from '../table.ts';

export interface Service extends KubernetesObject {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly externalName?: string;
    readonly externalIPs?: readonly string[];
    readonly loadBalancerIP?: string;
    readonly externalTrafficPolicy?: string;
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

export const services: ResourceTable<Service> = {
  resource: 'services',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'Service' }),
  labels: ({ metadata }) => ({ namespace: metadata.namespace ?? '', service: metadata.name, uid: metadata.uid ?? '' }),
  families: [
    gauge('kube_service_info', { stability: 'STABLE' }, info),
    gauge('kube_service_created', { stability: 'STABLE' }, created),
    gauge('kube_service_spec_type', { stability: 'STABLE' }, (service: Service) => fact({ type: service.spec?.type ?? '' })),
    annotationsFamily('services', 'kube_service_annotations', { stability: 'ALPHA' }),
    labelsFamily('services', 'kube_service_labels', { stability: 'STABLE' }),
    gauge('kube_service_spec_external_ip', { stability: 'STABLE' }, (service: Service) =>
      (service.spec?.externalIPs ?? []).flatMap((ip) => fact({ external_ip: ip })),
    ),
    gauge('kube_service_status_load_balancer_ingress', { stability: 'STABLE' }, (service: Service) =>
      (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip = '', hostname = '' }) => fact({ ip, hostname })),
    ),
    gauge('kube_service_deletion_timestamp', { stability: 'ALPHA', since: '2.17' }, deletionTimestamp),
  ],
};

function info({ spec }: Service, context: Context): readonly Expected[] {
  return fact({
    cluster_ip: spec?.clusterIP ?? '',
    external_name: spec?.externalName ?? '',
    load_balancer_ip: spec?.loadBalancerIP ?? '',
    ...(context.since('2.15') && { external_traffic_policy: spec?.externalTrafficPolicy ?? '' }),
  });
}

export const endpoints: ResourceTable<Endpoints> = {
  resource: 'endpoints',
  namespaced: true,
  isDefault: (exporter) => !atLeast(exporter, '2.18'),
  reads: () => ({ apiVersion: 'v1', kind: 'Endpoints' }),
  labels: namespaceAndName('endpoint'),
  families: [
    gauge('kube_endpoint_info', { stability: 'STABLE' }, () => value(1)),
    gauge('kube_endpoint_created', { stability: 'STABLE' }, created),
    annotationsFamily('endpoints', 'kube_endpoint_annotations', { stability: 'ALPHA' }),
    labelsFamily('endpoints', 'kube_endpoint_labels', { stability: 'STABLE' }),
    gauge('kube_endpoint_address_available', { stability: 'DEPRECATED', until: '2.14' }, (object: Endpoints) =>
      value(total(object, ({ addresses = [], ports = [] }) => addresses.length * ports.length)),
    ),
    gauge('kube_endpoint_address_not_ready', { stability: 'DEPRECATED', until: '2.14' }, (object: Endpoints) =>
      value(total(object, ({ notReadyAddresses = [], ports = [] }) => notReadyAddresses.length * ports.length)),
    ),
    gauge('kube_endpoint_address', { stability: 'STABLE', since: '2.6' }, (object: Endpoints, context) =>
      subsets(object).flatMap((subset) => addresses(subset, context)),
    ),
    gauge('kube_endpoint_ports', { stability: 'STABLE' }, (object: Endpoints) =>
      subsets(object).flatMap(({ ports = [] }) => ports.flatMap((port) => fact(portLabels(port)))),
    ),
  ],
};

function subsets(object: Endpoints): readonly EndpointSubset[] {
  return object.subsets ?? [];
}

function total(object: Endpoints, count: (subset: EndpointSubset) => number): number {
  return subsets(object).reduce((sum, subset) => sum + count(subset), 0);
}

/** A sample per address, from 2.14 on per address and port. Before, an address in two subsets is a duplicate series. */
function addresses(subset: EndpointSubset, context: Context): readonly Expected[] {
  const labels = [
    ...(subset.addresses ?? []).map(({ ip }) => ({ ip, ready: 'true' })),
    ...(subset.notReadyAddresses ?? []).map(({ ip }) => ({ ip, ready: 'false' })),
  ];
  if (!context.since('2.14')) return labels.flatMap((address) => fact(address));
  return (subset.ports ?? []).flatMap((port) => labels.flatMap((address) => fact({ ...portLabels(port), ...address })));
}

function portLabels({ name, port, protocol = '' }: EndpointPort): Expected['labels'] {
  return { port_name: name ?? '', port_protocol: protocol, port_number: String(port) };
}
