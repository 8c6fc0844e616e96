import type { KubernetesObject } from '../../kube/object.ts';
import type { PolicyRule } from '../../kube/workload.ts';
import { binding, exporterContainer, groupRules, headlessService, labelsOf, listAndWatch } from './parts.ts';

const NAME = 'mntr-agent-kube-state-metrics';
const NAMESPACE = 'monitoring';

const CORE_RESOURCES = [
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

/** What distinguishes one release of the guide's component from another. */
interface Release {
  readonly version: string;
  readonly urls: { readonly liveness: string; readonly readiness: string };
  readonly rules: readonly PolicyRule[];
}

/**
 * What the target `agent` must render to.
 * Source: small homelab K3s guide, G035, part 2 (the component) and part 6 (its parent project).
 */
export const documentedAgent = guideDeployment({
  version: '2.5.0',
  urls: { liveness: '/healthz', readiness: '/' },
  rules: [listAndWatch('', ...CORE_RESOURCES, 'endpoints'), ...groupRules],
});

/** The same for the release of today: EndpointSlices instead of Endpoints, the admission policies, the newer probe URLs. */
export const documentedCurrent = guideDeployment({
  version: '2.20.0',
  urls: { liveness: '/livez', readiness: '/readyz' },
  rules: [
    listAndWatch('', ...CORE_RESOURCES),
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

function guideDeployment({ version, urls, rules }: Release): readonly KubernetesObject[] {
  const labels = labelsOf(version);
  const namespaced = { name: NAME, namespace: NAMESPACE, labels };
  const clusterScoped = { name: NAME, labels };
  const rbac = 'rbac.authorization.k8s.io/v1';
  const objects = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: namespaced, automountServiceAccountToken: false },
    { apiVersion: rbac, kind: 'ClusterRole', metadata: clusterScoped, rules },
    { apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: clusterScoped, ...binding(NAME, NAMESPACE) },
    { apiVersion: 'v1', kind: 'Service', metadata: namespaced, spec: headlessService(labels) },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: namespaced,
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: NAME,
            automountServiceAccountToken: true,
            nodeSelector: { 'kubernetes.io/os': 'linux' },
            tolerations: [{ effect: 'NoExecute', operator: 'Exists' }],
            containers: [
              {
                ...exporterContainer('server', version, urls),
                resources: { requests: { cpu: '250m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
              },
            ],
          },
        },
      },
    },
  ];
  return objects;
}
