import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, namespaceAndName, resourceVersion } from '../metadata.ts';
import { type Context, type Expected, fact, gauge, type ResourceTable, value } from '../table.ts';

export interface IngressClass extends KubernetesObject {
  readonly spec?: { readonly controller?: string };
}

export const ingressClasses: ResourceTable<IngressClass> = {
  resource: 'ingressclasses',
  namespaced: false,
  isDefault: () => false,
  since: '2.7',
  reads: () => ({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' }),
  labels: ({ metadata }) => ({ ingressclass: metadata.name }),
  families: [
    gauge('kube_ingressclass_info', { stability: 'ALPHA', since: '2.7' }, ({ spec }) =>
      fact({ controller: spec?.controller ?? '' }),
    ),
    gauge('kube_ingressclass_created', { stability: 'ALPHA', since: '2.7' }, created),
    annotationsFamily('ingressclasses', 'kube_ingressclass_annotations', { stability: 'ALPHA', since: '2.7' }),
    labelsFamily('ingressclasses', 'kube_ingressclass_labels', { stability: 'ALPHA', since: '2.7' }),
  ],
};

interface Path {
  readonly path?: string;
  readonly pathType?: string;
  readonly backend: {
    readonly service?: { readonly name: string; readonly port?: { readonly number?: number; readonly name?: string } };
    readonly resource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
  };
}

export interface Ingress extends KubernetesObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly rules?: readonly { readonly host?: string; readonly http?: { readonly paths: readonly Path[] } }[];
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
  };
}

export const ingresses: ResourceTable<Ingress> = {
  resource: 'ingresses',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' }),
  labels: namespaceAndName('ingress'),
  families: [
    gauge('kube_ingress_info', { stability: 'STABLE' }, ({ metadata, spec }) =>
      fact({ ingressclass: metadata.annotations?.['kubernetes.io/ingress.class'] ?? spec?.ingressClassName ?? '_default' }),
    ),
    annotationsFamily('ingresses', 'kube_ingress_annotations', { stability: 'ALPHA' }),
    labelsFamily('ingresses', 'kube_ingress_labels', { stability: 'STABLE' }),
    gauge('kube_ingress_created', { stability: 'STABLE' }, created),
    gauge('kube_ingress_metadata_resource_version', { stability: 'ALPHA' }, resourceVersion),
    // A duplicate path, before 2.16 also a path with two types, is one series exposed twice.
    gauge('kube_ingress_path', { stability: 'STABLE' }, ({ spec }, context) =>
      (spec?.rules ?? []).flatMap(({ host = '', http }) =>
        (http?.paths ?? []).flatMap((path) => pathSamples(host, path, context)),
      ),
    ),
    // The same for a duplicate host with the same secret.
    gauge('kube_ingress_tls', { stability: 'STABLE' }, ({ spec }) =>
      (spec?.tls ?? []).flatMap(({ hosts = [], secretName = '' }) =>
        hosts.flatMap((host) => fact({ tls_host: host, secret: secretName })),
      ),
    ),
  ],
};

function pathSamples(host: string, { path = '', pathType = '', backend }: Path, context: Context): readonly Expected[] {
  const labels = { host, path, ...(context.since('2.16') ? { path_type: pathType } : {}) };
  return backendLabels(backend, context).flatMap((more) => fact({ ...labels, ...more }));
}

/** The port is 0 for a named port. Before 2.7 the exporter crashes on a backend that is not a service. */
function backendLabels({ service, resource }: Path['backend'], context: Context): readonly Record<string, string>[] {
  if (service) return [{ service_name: service.name, service_port: String(service.port?.number ?? 0) }];
  if (!context.since('2.7')) return [];
  if (!context.since('2.11')) return [{ service_name: '', service_port: '' }];
  return [
    {
      resource_api_group: resource?.apiGroup ?? '',
      resource_kind: resource?.kind ?? '',
      resource_name: resource?.name ?? '',
    },
  ];
}

export interface NetworkPolicy extends KubernetesObject {
  readonly spec?: { readonly ingress?: readonly unknown[]; readonly egress?: readonly unknown[] };
}

export const networkPolicies: ResourceTable<NetworkPolicy> = {
  resource: 'networkpolicies',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }),
  labels: namespaceAndName('networkpolicy'),
  families: [
    gauge('kube_networkpolicy_created', { stability: 'ALPHA' }, created),
    annotationsFamily('networkpolicies', 'kube_networkpolicy_annotations', { stability: 'ALPHA' }),
    labelsFamily('networkpolicies', 'kube_networkpolicy_labels', { stability: 'ALPHA' }),
    gauge('kube_networkpolicy_spec_ingress_rules', { stability: 'ALPHA' }, ({ spec }) => value(spec?.ingress?.length ?? 0)),
    gauge('kube_networkpolicy_spec_egress_rules', { stability: 'ALPHA' }, ({ spec }) => value(spec?.egress?.length ?? 0)),
  ],
};
