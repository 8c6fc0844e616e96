import type { RawObject } from '../../../helpers/kube/object.ts';
import type { ApiResource } from '../../../helpers/kube/reference.ts';

const group = 'monitoring.coreos.com';

/** What the operator must find before it looks after a Prometheus. Source: prometheus-operator, cmd/operator: prerequisites. */
const kinds = {
  prometheuses: 'Prometheus',
  servicemonitors: 'ServiceMonitor',
  podmonitors: 'PodMonitor',
  probes: 'Probe',
  prometheusrules: 'PrometheusRule',
} as const;

/** The operator's kinds without their schemas: whatever is written into an object of them is kept as it is. */
export const definitions: readonly RawObject[] = Object.entries(kinds).map(([plural, kind]) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        subresources: { status: {} },
      },
    ],
  },
}));

/** The same as discovery tells of them, once they are served. */
export const definedResources: readonly ApiResource[] = Object.entries(kinds).map(([name, kind]) => ({
  apiVersion: `${group}/v1`,
  group,
  name,
  kind,
  namespaced: true,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
}));
