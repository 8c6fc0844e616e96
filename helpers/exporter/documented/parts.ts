import type { PolicyRule } from '../../kube/workload.ts';

/** What the documented deployments have in common, written by hand and not read from any manifest. */

const IMAGE = 'registry.k8s.io/kube-state-metrics/kube-state-metrics';

export function labelsOf(version: string) {
  return {
    'app.kubernetes.io/component': 'exporter',
    'app.kubernetes.io/name': 'kube-state-metrics',
    'app.kubernetes.io/version': version,
  };
}

export function listAndWatch(group: string, ...resources: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources, verbs: ['list', 'watch'] };
}

function create(group: string, resource: string): PolicyRule {
  return { apiGroups: [group], resources: [resource], verbs: ['create'] };
}

/** What every documented role holds besides the core group. */
export const groupRules: readonly PolicyRule[] = [
  listAndWatch('apps', 'statefulsets', 'daemonsets', 'deployments', 'replicasets'),
  listAndWatch('batch', 'cronjobs', 'jobs'),
  listAndWatch('autoscaling', 'horizontalpodautoscalers'),
  create('authentication.k8s.io', 'tokenreviews'),
  create('authorization.k8s.io', 'subjectaccessreviews'),
  listAndWatch('policy', 'poddisruptionbudgets'),
  listAndWatch('certificates.k8s.io', 'certificatesigningrequests'),
  listAndWatch('storage.k8s.io', 'storageclasses', 'volumeattachments'),
  listAndWatch('admissionregistration.k8s.io', 'mutatingwebhookconfigurations', 'validatingwebhookconfigurations'),
  listAndWatch('networking.k8s.io', 'networkpolicies', 'ingresses'),
  listAndWatch('coordination.k8s.io', 'leases'),
];

/** Two ports, two probes, nobody's hardened process. */
export function exporterContainer(
  name: string,
  version: string,
  urls: { readonly liveness: string; readonly readiness: string },
) {
  const timing = { initialDelaySeconds: 5, timeoutSeconds: 5 };
  return {
    name,
    image: `${IMAGE}:v${version}`,
    ports: [
      { name: 'http-metrics', containerPort: 8080 },
      { name: 'telemetry', containerPort: 8081 },
    ],
    livenessProbe: { httpGet: { path: urls.liveness, port: 8080 }, ...timing },
    readinessProbe: { httpGet: { path: urls.readiness, port: 8081 }, ...timing },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsUser: 65534,
    },
  };
}

/** A Service without an address of its own. */
export function headlessService(selector: Readonly<Record<string, string>>) {
  return {
    clusterIP: 'None',
    ports: [
      { name: 'http-metrics', port: 8080, targetPort: 'http-metrics' },
      { name: 'telemetry', port: 8081, targetPort: 'telemetry' },
    ],
    selector,
  };
}

export function binding(name: string, namespace: string) {
  return {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  };
}
