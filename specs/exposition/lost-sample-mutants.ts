import { tables } from '../../helpers/catalogue/resources/index.ts';
import { argument, combined, rules } from '../../helpers/suite/mutant/changes.ts';
import { dropped, firstLine } from '../../helpers/suite/mutant/lines.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { scrapes } from '../../helpers/suite/mutant/scrapes.ts';

/** Removes the first sample of a resource from each scrape: `configmaps`. */
function loseSampleOf(resource: string) {
  const families = tables.find((table) => table.resource === resource)?.families.map(({ name }) => name) ?? [];
  return scrapes(firstLine((line) => families.some((family) => line.startsWith(`${family}{`)), dropped));
}

/** The kinds that the default target exposes, by resource; each has a requirement of its own. */
const kinds: Readonly<Record<string, string>> = {
  certificatesigningrequests: 'CertificateSigningRequest',
  configmaps: 'ConfigMap',
  cronjobs: 'CronJob',
  daemonsets: 'DaemonSet',
  deployments: 'Deployment',
  endpoints: 'Endpoints',
  horizontalpodautoscalers: 'HorizontalPodAutoscaler',
  ingresses: 'Ingress',
  jobs: 'Job',
  leases: 'Lease',
  limitranges: 'LimitRange',
  mutatingwebhookconfigurations: 'MutatingWebhookConfiguration',
  namespaces: 'Namespace',
  networkpolicies: 'NetworkPolicy',
  nodes: 'Node',
  persistentvolumeclaims: 'PersistentVolumeClaim',
  persistentvolumes: 'PersistentVolume',
  poddisruptionbudgets: 'PodDisruptionBudget',
  pods: 'Pod',
  replicasets: 'ReplicaSet',
  replicationcontrollers: 'ReplicationController',
  resourcequotas: 'ResourceQuota',
  secrets: 'Secret',
  services: 'Service',
  statefulsets: 'StatefulSet',
  storageclasses: 'StorageClass',
  validatingwebhookconfigurations: 'ValidatingWebhookConfiguration',
  volumeattachments: 'VolumeAttachment',
};

const defaultMutants = Object.entries(kinds).map(([resource, kind]) =>
  mutant(`loses-a-sample-of-${resource}`, {
    sentence: `The exporter loses one sample of a ${kind}.`,
    proxy: loseSampleOf(resource),
    fails: [`exposition/${kind.toLowerCase()}`],
  }),
);

const rbac = 'rbac.authorization.k8s.io';
const admission = 'admissionregistration.k8s.io';

interface OptionalResource {
  readonly resource: string;
  readonly group: string;
  readonly kind: string;
  /** The first release of Kubernetes that serves it, if it is later than the default one. */
  readonly kubernetes?: string;
}

/** The resources that the current release exposes only if `--resources` names them. */
const optionalResources: readonly OptionalResource[] = [
  { resource: 'endpointslices', group: 'discovery.k8s.io', kind: 'EndpointSlice' },
  { resource: 'ingressclasses', group: 'networking.k8s.io', kind: 'IngressClass' },
  { resource: 'serviceaccounts', group: '', kind: 'ServiceAccount' },
  { resource: 'clusterroles', group: rbac, kind: 'ClusterRole' },
  { resource: 'clusterrolebindings', group: rbac, kind: 'ClusterRoleBinding' },
  { resource: 'roles', group: rbac, kind: 'Role' },
  { resource: 'rolebindings', group: rbac, kind: 'RoleBinding' },
  {
    resource: 'validatingadmissionpolicies',
    group: admission,
    kind: 'ValidatingAdmissionPolicy',
    kubernetes: 'v1.34.1',
  },
  {
    resource: 'validatingadmissionpolicybindings',
    group: admission,
    kind: 'ValidatingAdmissionPolicyBinding',
    kubernetes: 'v1.34.1',
  },
];

const optionalMutants = optionalResources.map(({ resource, group, kind, kubernetes }) =>
  mutant(`loses-a-sample-of-${resource}`, {
    sentence: `The current release, configured to read only ${resource}, loses one sample of a ${kind}.`,
    target: 'current',
    setting: kubernetes === undefined ? {} : { kubernetes },
    change: combined(
      argument(`--resources=${resource}`),
      rules((policyRules) => policyRules.push({ apiGroups: [group], resources: [resource], verbs: ['list', 'watch'] })),
    ),
    proxy: loseSampleOf(resource),
    fails: [`exposition/${kind.toLowerCase()}`],
  }),
);

/** For each resource, an exporter that loses one of its samples. */
export const lostSampleMutants = [...defaultMutants, ...optionalMutants];
