import type { Endpoint, EndpointPort, EndpointSlice } from '../../kube/types.ts';
import { atLeast } from '../../version.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created } from '../metadata.ts';
import { type Context, type Expected, fact, gauge, type ResourceTable } from '../table.ts';

export const endpointSlices: ResourceTable<EndpointSlice> = {
  resource: 'endpointslices',
  namespaced: true,
  isDefault: (exporter) => atLeast(exporter, '2.18'),
  since: '2.8',
  reads: () => ({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' }),
  labels: ({ metadata }, context) => ({
    endpointslice: metadata.name,
    ...(context.since('2.11') && { namespace: metadata.namespace ?? '' }),
  }),
  families: [
    gauge('kube_endpointslice_info', { stability: 'ALPHA', since: '2.8' }, ({ addressType = '' }: EndpointSlice) =>
      fact({ addresstype: addressType }),
    ),
    gauge('kube_endpointslice_created', { stability: 'ALPHA', since: '2.8' }, created),
    gauge('kube_endpointslice_endpoints_hints', { stability: 'ALPHA', since: '2.10' }, (slice: EndpointSlice) =>
      (slice.endpoints ?? []).flatMap(hints),
    ),
    gauge('kube_endpointslice_endpoints', { stability: 'ALPHA', since: '2.8' }, (slice: EndpointSlice, context) =>
      (slice.endpoints ?? []).flatMap((endpoint) => addresses(endpoint, context)),
    ),
    gauge('kube_endpointslice_ports', { stability: 'ALPHA', since: '2.8' }, (slice: EndpointSlice) =>
      (slice.ports ?? []).flatMap(port),
    ),
    annotationsFamily('endpointslices', 'kube_endpointslice_annotations', { stability: 'ALPHA', since: '2.8' }),
    labelsFamily('endpointslices', 'kube_endpointslice_labels', { stability: 'ALPHA', since: '2.8' }),
  ],
};

/** The zone hints of an endpoint, by its first address. */
function hints({ addresses: [address] = [], hints: { forZones = [] } = {} }: Endpoint): readonly Expected[] {
  return address === undefined ? [] : forZones.flatMap((zone) => fact({ address, for_zone: zone.name }));
}

function addresses(endpoint: Endpoint, context: Context): readonly Expected[] {
  const labels = endpointLabels(endpoint, context);
  return (endpoint.addresses ?? []).flatMap((address) => fact({ ...labels, address }));
}

/**
 * The labels of an endpoint. Before 2.14 labels of unset fields are omitted. From 2.14 through 2.19 the exporter confuses
 * fields: `serving` has the value of terminating, and `terminating` the hostname.
 */
function endpointLabels(endpoint: Endpoint, context: Context): Expected['labels'] {
  const { ready, serving, terminating } = endpoint.conditions ?? {};
  const { hostname, targetRef } = endpoint;
  const labels = {
    ready: text(ready),
    serving: text(serving),
    terminating: text(terminating),
    hostname,
    targetref_kind: targetRef?.kind,
    targetref_name: targetRef?.name,
    targetref_namespace: targetRef?.namespace,
    endpoint_nodename: endpoint.nodeName,
    endpoint_zone: endpoint.zone,
  };
  if (!context.since('2.14')) return withoutUndefined(labels);
  if (context.since('2.20')) return orEmpty(labels);
  return orEmpty({ ...labels, serving: text(terminating ?? serving), terminating: hostname, hostname: '' });
}

/** Before 2.20 the exporter crashes on a port without a number, which Kubernetes allows. */
function port({ name, protocol = '', port: number }: EndpointPort): readonly Expected[] {
  return fact({ port_name: name ?? '', port_protocol: protocol, port_number: text(number) ?? '' });
}

function text(value: boolean | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function withoutUndefined(labels: Readonly<Record<string, string | undefined>>): Expected['labels'] {
  return Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function orEmpty(labels: Readonly<Record<string, string | undefined>>): Expected['labels'] {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, value ?? '']));
}
