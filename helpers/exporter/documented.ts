import type { KubernetesObject } from '../kube/object.ts';
import type { PolicyRule } from '../kube/workload.ts';

/** The objects of the known targets, written from their documentation and not read from any manifest. */

const IMAGE = 'registry.k8s.io/kube-state-metrics/kube-state-metrics';

/** The resources of the core group that every documented role lists and watches. */
const coreResources = [
  'configmaps',
  'secrets',
  'nodes',
  'pods',
  'services',
  'resourcequotas',
  'replicationcontrollers',
  'limitranges',
  'persistentvolumeclaims',
  'persistentvolumes',
  'namespaces',
];

/** The rules of every documented role for the other groups. */
const groupRules: readonly PolicyRule[] = [
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

/** What distinguishes one documented deployment from another. */
interface Documented {
  readonly name: string;
  readonly namespace: string;
  /** Whether the manifests create the namespace. */
  readonly createsNamespace: boolean;
  readonly version: string;
  readonly rules: readonly PolicyRule[];
  /** The labels by which Service and Deployment select; all labels unless given. */
  readonly selector?: Readonly<Record<string, string>>;
  readonly containerName: string;
  readonly urls: { readonly liveness: string; readonly readiness: string };
  /** Further fields of the pod's spec and of its container. */
  readonly pod?: object;
  readonly container?: object;
}

const guide = {
  name: 'mntr-agent-kube-state-metrics',
  namespace: 'monitoring',
  createsNamespace: true,
  containerName: 'server',
  pod: { tolerations: [{ effect: 'NoExecute', operator: 'Exists' }] },
  container: { resources: { requests: { cpu: '250m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } } },
};

/**
 * The objects of the target `agent`.
 * Source: small homelab K3s guide, G035, part 2 (the component) and part 6 (its parent project).
 */
export const documentedAgent = deployment({
  ...guide,
  version: '2.5.0',
  urls: { liveness: '/healthz', readiness: '/' },
  rules: [listAndWatch('', ...coreResources, 'endpoints'), ...groupRules],
});

/** The same for the release of today: EndpointSlices instead of Endpoints, the admission policies, the newer probe URLs. */
export const documentedCurrent = deployment({
  ...guide,
  version: '2.20.0',
  urls: { liveness: '/livez', readiness: '/readyz' },
  rules: [
    listAndWatch('', ...coreResources),
    ...groupRules,
    listAndWatch('discovery.k8s.io', 'endpointslices'),
    listAndWatch(
      'admissionregistration.k8s.io',
      'mutatingadmissionpolicies',
      'mutatingadmissionpolicybindings',
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
    ),
  ],
});

/** The objects of the target `standard`. Source: the exporter's standard example of v2.6.0. */
export const documentedStandard = deployment({
  name: 'kube-state-metrics',
  namespace: 'kube-system',
  createsNamespace: false,
  version: '2.6.0',
  // Without the version label, which an upgrade changes and a selector must not.
  selector: { 'app.kubernetes.io/name': 'kube-state-metrics' },
  containerName: 'kube-state-metrics',
  urls: { liveness: '/healthz', readiness: '/' },
  rules: [
    listAndWatch(
      '',
      'configmaps',
      'secrets',
      'nodes',
      'pods',
      'services',
      'serviceaccounts',
      'resourcequotas',
      'replicationcontrollers',
      'limitranges',
      'persistentvolumeclaims',
      'persistentvolumes',
      'namespaces',
      'endpoints',
    ),
    ...groupRules,
    listAndWatch('rbac.authorization.k8s.io', 'clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'),
  ],
});

function deployment(documented: Documented): readonly KubernetesObject[] {
  const { name, namespace, createsNamespace, version, rules } = documented;
  const labels = labelsOf(version);
  const selector = documented.selector ?? labels;
  const namespaced = { name, namespace, labels };
  const clusterScoped = { name, labels };
  const rbac = 'rbac.authorization.k8s.io';
  const roleRef = { apiGroup: rbac, kind: 'ClusterRole', name };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const objects = [
    ...(createsNamespace ? [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }] : []),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: namespaced, automountServiceAccountToken: false },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: clusterScoped, rules },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRoleBinding', metadata: clusterScoped, roleRef, subjects },
    { apiVersion: 'v1', kind: 'Service', metadata: namespaced, spec: headlessService(selector) },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: namespaced,
      spec: {
        replicas: 1,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: true,
            nodeSelector: { 'kubernetes.io/os': 'linux' },
            ...documented.pod,
            containers: [{ ...exporterContainer(documented), ...documented.container }],
          },
        },
      },
    },
  ];
  return objects;
}

function labelsOf(version: string): Readonly<Record<string, string>> {
  return {
    'app.kubernetes.io/component': 'exporter',
    'app.kubernetes.io/name': 'kube-state-metrics',
    'app.kubernetes.io/version': version,
  };
}

function listAndWatch(group: string, ...resources: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources, verbs: ['list', 'watch'] };
}

function create(group: string, resource: string): PolicyRule {
  return { apiGroups: [group], resources: [resource], verbs: ['create'] };
}

function exporterContainer({ containerName, version, urls }: Documented) {
  const timing = { initialDelaySeconds: 5, timeoutSeconds: 5 };
  return {
    name: containerName,
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

function headlessService(selector: Readonly<Record<string, string>>) {
  return {
    clusterIP: 'None',
    ports: [
      { name: 'http-metrics', port: 8080, targetPort: 'http-metrics' },
      { name: 'telemetry', port: 8081, targetPort: 'telemetry' },
    ],
    selector,
  };
}
