import type { KubernetesObject } from '../../kube/object.ts';
import { atLeast } from '../../version.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created } from '../metadata.ts';
import { type Context, type Expected, fact, gauge, type ResourceTable } from '../table.ts';

export interface EndpointSlice extends KubernetesObject {
  readonly addressType?: string;
  readonly endpoints?: readonly Endpoint[] | null;
  readonly ports?: readonly Port[] | null;
}

interface Endpoint {
  readonly addresses?: readonly string[];
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly hostname?: string;
  readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hints?: { readonly forZones?: readonly { readonly name: string }[] };
}

interface Port {
  readonly name?: string;
  readonly protocol?: string;
  readonly port?: number;
}

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

/** The zones that are told to use an endpoint, which goes by its first address. */
function hints({ addresses: [address] = [], hints: { forZones = [] } = {} }: Endpoint): readonly Expected[] {
  return address === undefined ? [] : forZones.flatMap((zone) => fact({ address, for_zone: zone.name }));
}

function addresses(endpoint: Endpoint, context: Context): readonly Expected[] {
  const labels = endpointLabels(endpoint, context);
  return (endpoint.addresses ?? []).flatMap((address) => fact({ ...labels, address }));
}

/**
 * What is known of an endpoint. Before 2.14 the labels of what is not known are left out. Through 2.19 whether it is
 * terminating took the place of whether it is serving, and the hostname that of terminating.
 */
function endpointLabels(endpoint: Endpoint, context: Context): Expected['labels'] {
  const { ready, serving, terminating } = endpoint.conditions ?? {};
  const { hostname, targetRef } = endpoint;
  const known = {
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
  if (!context.since('2.14')) return withoutUndefined(known);
  if (context.since('2.20')) return orEmpty(known);
  return orEmpty({ ...known, serving: text(terminating ?? serving), terminating: hostname, hostname: '' });
}

/** An exporter before 2.20 crashes on a port without a number, which Kubernetes allows. */
function port({ name = '', protocol = '', port: number }: Port): readonly Expected[] {
  return fact({ port_name: name, port_protocol: protocol, port_number: text(number) ?? '' });
}

function text(known: boolean | number | undefined): string | undefined {
  return known === undefined ? undefined : String(known);
}

function withoutUndefined(labels: Readonly<Record<string, string | undefined>>): Expected['labels'] {
  return Object.fromEntries(Object.entries(labels).flatMap(([name, known]) => (known === undefined ? [] : [[name, known]])));
}

function orEmpty(labels: Readonly<Record<string, string | undefined>>): Expected['labels'] {
  return Object.fromEntries(Object.entries(labels).map(([name, known]) => [name, known ?? '']));
}
