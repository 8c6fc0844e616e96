import { atLeast, type Version } from '../helpers/version.ts';
import type { Fields } from './objects.ts';

/** A resource that the API server serves. */
export interface Resource {
  /** The name with its group, as in RBAC: `deployments.apps`, `pods`. */
  readonly key: string;
  readonly group: string;
  /** The preferred one first. */
  readonly versions: readonly string[];
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  /** False for reviews and bindings, which are not stored. */
  readonly isStored: boolean;
  /** Set for a resource of a CustomResourceDefinition, which may have any fields. */
  readonly custom?: true;
}

type Row = readonly [apiVersion: string, name: string, kind: string, scope: 'namespaced' | 'cluster', subresources?: string];

const workload = 'scale status';

const rows: readonly Row[] = [
  ['v1', 'bindings', 'Binding', 'namespaced'],
  ['v1', 'configmaps', 'ConfigMap', 'namespaced'],
  ['v1', 'endpoints', 'Endpoints', 'namespaced'],
  ['v1', 'events', 'Event', 'namespaced'],
  ['v1', 'limitranges', 'LimitRange', 'namespaced'],
  ['v1', 'namespaces', 'Namespace', 'cluster', 'finalize status'],
  ['v1', 'nodes', 'Node', 'cluster', 'proxy status'],
  ['v1', 'persistentvolumeclaims', 'PersistentVolumeClaim', 'namespaced', 'status'],
  ['v1', 'persistentvolumes', 'PersistentVolume', 'cluster', 'status'],
  ['v1', 'pods', 'Pod', 'namespaced', 'attach binding ephemeralcontainers eviction exec log portforward proxy status'],
  ['v1', 'podtemplates', 'PodTemplate', 'namespaced'],
  ['v1', 'replicationcontrollers', 'ReplicationController', 'namespaced', workload],
  ['v1', 'resourcequotas', 'ResourceQuota', 'namespaced', 'status'],
  ['v1', 'secrets', 'Secret', 'namespaced'],
  ['v1', 'serviceaccounts', 'ServiceAccount', 'namespaced', 'token'],
  ['v1', 'services', 'Service', 'namespaced', 'proxy status'],
  ['admissionregistration.k8s.io/v1', 'mutatingwebhookconfigurations', 'MutatingWebhookConfiguration', 'cluster'],
  ['admissionregistration.k8s.io/v1', 'validatingwebhookconfigurations', 'ValidatingWebhookConfiguration', 'cluster'],
  ['admissionregistration.k8s.io/v1', 'validatingadmissionpolicies', 'ValidatingAdmissionPolicy', 'cluster', 'status'],
  ['admissionregistration.k8s.io/v1', 'validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', 'cluster'],
  ['admissionregistration.k8s.io/v1', 'mutatingadmissionpolicies', 'MutatingAdmissionPolicy', 'cluster'],
  ['admissionregistration.k8s.io/v1', 'mutatingadmissionpolicybindings', 'MutatingAdmissionPolicyBinding', 'cluster'],
  ['apiextensions.k8s.io/v1', 'customresourcedefinitions', 'CustomResourceDefinition', 'cluster', 'status'],
  ['apps/v1', 'controllerrevisions', 'ControllerRevision', 'namespaced'],
  ['apps/v1', 'daemonsets', 'DaemonSet', 'namespaced', 'status'],
  ['apps/v1', 'deployments', 'Deployment', 'namespaced', workload],
  ['apps/v1', 'replicasets', 'ReplicaSet', 'namespaced', workload],
  ['apps/v1', 'statefulsets', 'StatefulSet', 'namespaced', workload],
  ['authentication.k8s.io/v1', 'tokenreviews', 'TokenReview', 'cluster'],
  ['authorization.k8s.io/v1', 'localsubjectaccessreviews', 'LocalSubjectAccessReview', 'namespaced'],
  ['authorization.k8s.io/v1', 'selfsubjectaccessreviews', 'SelfSubjectAccessReview', 'cluster'],
  ['authorization.k8s.io/v1', 'selfsubjectrulesreviews', 'SelfSubjectRulesReview', 'cluster'],
  ['authorization.k8s.io/v1', 'subjectaccessreviews', 'SubjectAccessReview', 'cluster'],
  ['autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'namespaced', 'status'],
  ['autoscaling/v2beta2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'namespaced', 'status'],
  ['batch/v1', 'cronjobs', 'CronJob', 'namespaced', 'status'],
  ['batch/v1', 'jobs', 'Job', 'namespaced', 'status'],
  ['certificates.k8s.io/v1', 'certificatesigningrequests', 'CertificateSigningRequest', 'cluster', 'approval status'],
  ['coordination.k8s.io/v1', 'leases', 'Lease', 'namespaced'],
  ['discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice', 'namespaced'],
  ['networking.k8s.io/v1', 'ingressclasses', 'IngressClass', 'cluster'],
  ['networking.k8s.io/v1', 'ingresses', 'Ingress', 'namespaced', 'status'],
  ['networking.k8s.io/v1', 'networkpolicies', 'NetworkPolicy', 'namespaced'],
  ['node.k8s.io/v1', 'runtimeclasses', 'RuntimeClass', 'cluster'],
  ['policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', 'namespaced', 'status'],
  ['rbac.authorization.k8s.io/v1', 'clusterrolebindings', 'ClusterRoleBinding', 'cluster'],
  ['rbac.authorization.k8s.io/v1', 'clusterroles', 'ClusterRole', 'cluster'],
  ['rbac.authorization.k8s.io/v1', 'rolebindings', 'RoleBinding', 'namespaced'],
  ['rbac.authorization.k8s.io/v1', 'roles', 'Role', 'namespaced'],
  ['scheduling.k8s.io/v1', 'priorityclasses', 'PriorityClass', 'cluster'],
  ['storage.k8s.io/v1', 'csidrivers', 'CSIDriver', 'cluster'],
  ['storage.k8s.io/v1', 'csinodes', 'CSINode', 'cluster'],
  ['storage.k8s.io/v1', 'storageclasses', 'StorageClass', 'cluster'],
  ['storage.k8s.io/v1', 'volumeattachments', 'VolumeAttachment', 'cluster', 'status'],
];

/** The releases that serve an API, `until` excluded; all others are served by every supported release. */
const served: Readonly<Record<string, { readonly since?: string; readonly until?: string }>> = {
  'autoscaling/v2beta2 horizontalpodautoscalers': { until: '1.26' },
  'admissionregistration.k8s.io/v1 validatingadmissionpolicies': { since: '1.30' },
  'admissionregistration.k8s.io/v1 validatingadmissionpolicybindings': { since: '1.30' },
  'admissionregistration.k8s.io/v1 mutatingadmissionpolicies': { since: '1.36' },
  'admissionregistration.k8s.io/v1 mutatingadmissionpolicybindings': { since: '1.36' },
};

const OBJECT_VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const STATUS_VERBS = ['get', 'patch', 'update'];

const subresourceVerbs: Readonly<Record<string, readonly string[]>> = {
  attach: ['create', 'get'],
  binding: ['create'],
  eviction: ['create'],
  exec: ['create', 'get'],
  finalize: ['update'],
  log: ['get'],
  portforward: ['create', 'get'],
  proxy: ['create', 'delete', 'get', 'patch', 'update'],
  token: ['create'],
};

export function keyOf(group: string, name: string): string {
  return group === '' ? name : `${name}.${group}`;
}

function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The resources that a release of Kubernetes serves. */
export function resourcesOf(kubernetes: Version): readonly Resource[] {
  const found = new Map<string, Resource>();
  for (const [apiVersion, name, kind, scope, subresources = ''] of rows) {
    const { since, until } = served[`${apiVersion} ${name}`] ?? {};
    if ((since && !atLeast(kubernetes, since)) || (until && atLeast(kubernetes, until))) continue;
    const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const key = keyOf(group, name);
    const known = found.get(key);
    found.set(key, {
      key,
      group,
      versions: [...(known?.versions ?? []), version],
      name,
      kind,
      namespaced: scope === 'namespaced',
      subresources: subresources.split(' ').filter((subresource) => subresource !== ''),
      isStored: name !== 'bindings' && !name.endsWith('reviews'),
    });
  }
  return [...found.values()];
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly scope: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly { readonly name: string }[];
  };
}

/** The resource that a CustomResourceDefinition defines. */
export function definedResource(definition: object): Resource {
  const { group, scope, names, versions } = (definition as Definition).spec;
  return {
    key: keyOf(group, names.plural),
    group,
    versions: versions.map(({ name }) => name),
    name: names.plural,
    kind: names.kind,
    namespaced: scope === 'Namespaced',
    subresources: [],
    isStored: true,
    custom: true,
  };
}

function verbsOf(resource: Resource, subresource?: string): readonly string[] {
  if (subresource !== undefined) return subresourceVerbs[subresource] ?? STATUS_VERBS;
  return resource.isStored ? OBJECT_VERBS : ['create'];
}

/** The response to a health, version or discovery request; undefined for any other path. */
export function discovery(path: string, resources: readonly Resource[], gitVersion: string): Fields | string | undefined {
  if (['/healthz', '/livez', '/readyz'].includes(path)) return 'ok';
  if (path === '/version') return versionInfo(gitVersion);
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(resources) };
  const apiVersion = /^\/api\/(v1)$/.exec(path)?.[1] ?? /^\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1];
  if (apiVersion === undefined) return undefined;
  const served = resources.filter(({ group, versions }) =>
    versions.some((version) => apiVersionOf(group, version) === apiVersion),
  );
  if (served.length === 0) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion, resources: served.flatMap(entries) };
}

function versionInfo(gitVersion: string): Fields {
  const [major = '', minor = ''] = gitVersion.slice(1).split('.');
  return { major, minor, gitVersion, platform: 'simulated' };
}

function groups(resources: readonly Resource[]): readonly Fields[] {
  const names = [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '');
  return names.map((name) => {
    const versions = [...new Set(resources.filter(({ group }) => group === name).flatMap((resource) => resource.versions))].map(
      (version) => ({ groupVersion: apiVersionOf(name, version), version }),
    );
    return { name, versions, preferredVersion: versions[0] };
  });
}

function entries(resource: Resource): readonly Fields[] {
  const { name, kind, namespaced, subresources } = resource;
  const common = { singularName: '', namespaced, kind };
  return [
    { name, ...common, verbs: verbsOf(resource) },
    ...subresources.map((subresource) => ({ name: `${name}/${subresource}`, ...common, verbs: verbsOf(resource, subresource) })),
  ];
}
