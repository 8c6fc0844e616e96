import { tagOf } from '../../../helpers/exporter/image.ts';
import type { RawObject } from '../../../helpers/kube/object.ts';
import { restricted } from '../../../helpers/kube/restricted.ts';
import type { RequirementContext } from '../../../helpers/suite/context.ts';
import { tolerating } from '../../../helpers/suite/placement.ts';
import { namespacesOf, type ServiceMonitor } from '../service-monitor.ts';

const RBAC = 'rbac.authorization.k8s.io';
const name = 'consumer';

/** Where the operator puts the pod of the Prometheus. Source: prometheus-operator, design. */
export const prometheusPod = `prometheus-${name}-0`;

/**
 * A Prometheus, with the ServiceMonitor as the only one that it takes up, and the rights to find what that leads to.
 * @param namespace where they are made; the ServiceMonitor looks for Services where it would from its own place
 */
export function prometheusObjects(
  { target, profile, run }: RequirementContext,
  namespace: string,
  monitor: ServiceMonitor,
): readonly RawObject[] {
  const metadata = { name, namespace };
  const elsewhere = { name: `${name}-${run.id}`, namespace: target.namespace };
  const version = tagOf(run.prometheusImage);
  const matchNames = namespacesOf(monitor);
  const namespaceSelector = matchNames ? { matchNames } : { any: true };
  const reads = [
    { apiGroups: [''], resources: ['services', 'endpoints', 'pods'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
  ];
  const roleRef = { apiGroup: RBAC, kind: 'Role', name: elsewhere.name };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: elsewhere, rules: reads },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: elsewhere,
      roleRef,
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { ...metadata, labels: { 'conformance/consumer': run.id } },
      spec: { ...monitor.spec, namespaceSelector },
    },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      metadata,
      spec: {
        ...tolerating(profile),
        image: run.prometheusImage,
        ...(version !== undefined && { version }),
        replicas: 1,
        serviceAccountName: name,
        // Its containers the operator hardens itself.
        securityContext: restricted.pod,
        serviceMonitorSelector: { matchLabels: { 'conformance/consumer': run.id } },
        scrapeInterval: '2s',
        evaluationInterval: '30s',
        portName: 'web',
        resources: { requests: { cpu: '10m', memory: '64Mi' } },
      },
    },
  ];
}
