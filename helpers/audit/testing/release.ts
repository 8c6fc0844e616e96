import { possibleReadsOf } from '../../exporter/reads.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { RawObject } from '../../kube/object.ts';
import { isReady, type Pod } from '../../kube/pod.ts';
import { parseVersion } from '../../version.ts';
import { seconds, waitFor } from '../../wait.ts';

const RBAC = 'rbac.authorization.k8s.io';
export const releaseNamespace = 'stack';
export const releaseSelector = 'app.kubernetes.io/name=kube-state-metrics,release=prom-stack';

const name = 'prom-stack-kube-state-metrics';
const metadata = { name, namespace: releaseNamespace };
const own = { 'app.kubernetes.io/name': 'kube-state-metrics', 'app.kubernetes.io/instance': 'prom-stack' };
const labels = {
  ...own,
  'app.kubernetes.io/component': 'metrics',
  'helm.sh/chart': 'kube-state-metrics-6.4.1',
  release: 'prom-stack',
};

const resources = ['configmaps', 'cronjobs', 'deployments', 'namespaces', 'nodes', 'pods', 'secrets', 'services'];

/** The objects of a Helm release with the exporter: other names and labels, a cluster IP, one port, some of the resources. */
export function helmRelease(tag: string): readonly RawObject[] {
  const reads = possibleReadsOf({ version: parseVersion(tag) }).filter(({ resource }) => resources.includes(resource));
  const rules = reads.map(({ group, resource }) => ({ apiGroups: [group], resources: [resource], verbs: ['list', 'watch'] }));
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name };
  const probe = (path: string, port: number) => ({ httpGet: { path, port }, initialDelaySeconds: 1, periodSeconds: 2 });
  const container = {
    name: 'kube-state-metrics',
    image: `registry.k8s.io/kube-state-metrics/kube-state-metrics:${tag}`,
    imagePullPolicy: 'IfNotPresent',
    args: ['--port=8080', `--resources=${resources.join(',')}`],
    ports: [{ containerPort: 8080, name: 'http' }],
    livenessProbe: probe('/livez', 8080),
    readinessProbe: probe('/readyz', 8081),
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: releaseNamespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...metadata, labels } },
    { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name, labels }, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name, labels },
      roleRef,
      subjects: [{ kind: 'ServiceAccount', ...metadata }],
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, labels },
      spec: { type: 'ClusterIP', selector: own, ports: [{ name: 'http', port: 8080, targetPort: 8080, protocol: 'TCP' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: own },
        template: {
          metadata: { labels },
          spec: { serviceAccountName: name, tolerations: [{ operator: 'Exists' }], containers: [container] },
        },
      },
    },
  ];
}

export const shardSelector = 'app=shards';

/** Two shards of a StatefulSet that find their own places, beside the release, whose ClusterRole they use with an account of their own. */
export function shardedRelease(tag: string): readonly RawObject[] {
  const [deployment, service] = ['Deployment', 'Service'].map((kind) => helmRelease(tag).find((object) => object.kind === kind));
  const { spec: serviceSpec } = service as RawObject & { spec: object };
  const { template } = (deployment as RawObject & { spec: { template: { spec: { containers: { args: string[] }[] } } } }).spec;
  const own = { name: 'shards', namespace: releaseNamespace, labels: { app: 'shards' } };
  const env = ['name', 'namespace'].map((field) => ({
    name: field,
    valueFrom: { fieldRef: { fieldPath: `metadata.${field}` } },
  }));
  const containers = template.spec.containers.map((container) => ({
    ...container,
    env,
    args: [...container.args, '--pod=$(name)', '--pod-namespace=$(namespace)'],
  }));
  const place = [
    { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: ['shards'], verbs: ['get', 'list', 'watch'] },
  ];
  const subjects = [{ kind: 'ServiceAccount', name: own.name, namespace: releaseNamespace }];
  const roleRef = { apiGroup: RBAC, kind: 'Role', name: 'shards' };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: own },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: own.name },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
      subjects,
    },
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: own, rules: place },
    { apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata: own, roleRef, subjects },
    { apiVersion: 'v1', kind: 'Service', metadata: own, spec: { ...serviceSpec, selector: own.labels } },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: own,
      spec: {
        replicas: 2,
        serviceName: 'shards',
        selector: { matchLabels: own.labels },
        template: { metadata: { labels: own.labels }, spec: { ...template.spec, serviceAccountName: own.name, containers } },
      },
    },
  ];
}

export const nodesSelector = 'app=nodes';

/** A DaemonSet by node, a Deployment of the pods without one and a Deployment of the rest, with the account of the release. */
export function releaseByNode(tag: string): readonly RawObject[] {
  const [deployment, service] = ['Deployment', 'Service'].map((kind) => helmRelease(tag).find((object) => object.kind === kind));
  const { spec: serviceSpec } = service as RawObject & { spec: object };
  const { template } = (deployment as RawObject & { spec: { template: { spec: { containers: object[] } } } }).spec;
  const others = resources.filter((resource) => resource !== 'pods').join(',');
  const shares = [
    { kind: 'DaemonSet', name: 'by-node', args: ['--resources=pods', '--node=$(node)'] },
    { kind: 'Deployment', name: 'unscheduled', args: ['--resources=pods', '--track-unscheduled-pods'] },
    { kind: 'Deployment', name: 'rest', args: [`--resources=${others}`] },
  ];
  const env = [{ name: 'node', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }];
  return shares.flatMap(({ kind, name: share, args }) => {
    const own = { name: share, namespace: releaseNamespace, labels: { app: 'nodes', share } };
    const containers = template.spec.containers.map((container) => ({ ...container, env, args: ['--port=8080', ...args] }));
    const pods = { metadata: { labels: own.labels }, spec: { ...template.spec, containers } };
    const spec = { selector: { matchLabels: own.labels }, template: pods, ...(kind === 'Deployment' && { replicas: 1 }) };
    return [
      { apiVersion: 'v1', kind: 'Service', metadata: own, spec: { ...serviceSpec, selector: own.labels } },
      { apiVersion: 'apps/v1', kind, metadata: own, spec },
    ];
  });
}

/** The minimal permissions to audit it. */
export const auditorRules = [
  {
    apiGroups: [''],
    resources: resources.filter((resource) => !['deployments', 'cronjobs'].includes(resource)),
    verbs: ['list'],
  },
  { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['list'] },
  { apiGroups: ['apps'], resources: ['deployments', 'replicasets'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['list'] },
  { apiGroups: [''], resources: ['pods/proxy', 'pods/log', 'endpoints'], verbs: ['get'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list'] },
  { apiGroups: [RBAC], resources: ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'], verbs: ['list'] },
];

/** Installs a release as somebody else would, and waits until its pod is Ready. */
export async function installRelease(client: KubeClient, version: string): Promise<void> {
  for (const object of helmRelease(version)) await client.apply(object);
  await waitFor({
    what: `the release ${version} Ready`,
    within: seconds(60),
    observe: () => client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: releaseNamespace }),
    until: (pods) => pods.some(isReady),
    describe: (pods) => `${pods.length} pods`,
  });
}
