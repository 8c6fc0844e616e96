import type { KubernetesObject } from '../../kube/object.ts';
import { binding, exporterContainer, groupRules, headlessService, labelsOf, listAndWatch } from './parts.ts';

const NAME = 'kube-state-metrics';
const NAMESPACE = 'kube-system';
const VERSION = '2.6.0';

const labels = labelsOf(VERSION);
// The selectors take the name alone, so that an upgrade, which changes the version label, can be applied over them.
const selector = { 'app.kubernetes.io/name': NAME };

const rules = [
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
];

const namespaced = { name: NAME, namespace: NAMESPACE, labels };
const clusterScoped = { name: NAME, labels };
const rbac = 'rbac.authorization.k8s.io/v1';

const objects = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: namespaced, automountServiceAccountToken: false },
  { apiVersion: rbac, kind: 'ClusterRole', metadata: clusterScoped, rules },
  { apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: clusterScoped, ...binding(NAME, NAMESPACE) },
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
          serviceAccountName: NAME,
          automountServiceAccountToken: true,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          containers: [exporterContainer(NAME, VERSION, { liveness: '/healthz', readiness: '/' })],
        },
      },
    },
  },
];

/** What the target `standard` must render to. Source: the exporter's standard example of v2.6.0. */
export const documentedStandard: readonly KubernetesObject[] = objects;
