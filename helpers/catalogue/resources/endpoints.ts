import type { KubernetesObject } from '../../kube/object.ts';
import { atLeast } from '../../version.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, namespaceAndName } from '../metadata.ts';
import { type Context, type Expected, fact, gauge, type ResourceTable, value } from '../table.ts';

export interface Endpoints extends KubernetesObject {
  readonly subsets?: readonly Subset[] | null;
}

interface Subset {
  readonly addresses?: readonly Address[];
  readonly notReadyAddresses?: readonly Address[];
  readonly ports?: readonly Port[];
}

interface Address {
  readonly ip: string;
}

interface Port {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
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

function subsets(object: Endpoints): readonly Subset[] {
  return object.subsets ?? [];
}

function total(object: Endpoints, count: (subset: Subset) => number): number {
  return subsets(object).reduce((sum, subset) => sum + count(subset), 0);
}

/** A sample per address, from 2.14 on per address and port. Before, an address in two subsets is a duplicate series. */
function addresses(subset: Subset, context: Context): readonly Expected[] {
  const labels = [
    ...(subset.addresses ?? []).map(({ ip }) => ({ ip, ready: 'true' })),
    ...(subset.notReadyAddresses ?? []).map(({ ip }) => ({ ip, ready: 'false' })),
  ];
  if (!context.since('2.14')) return labels.flatMap((address) => fact(address));
  return (subset.ports ?? []).flatMap((port) => labels.flatMap((address) => fact({ ...portLabels(port), ...address })));
}

function portLabels({ name = '', port, protocol = '' }: Port): Expected['labels'] {
  return { port_name: name, port_protocol: protocol, port_number: String(port) };
}
