import { architecture } from '../helpers/architecture.ts';
import type { Namespace, Node, Pod, Stored, Taint } from './objects.ts';
import type { World } from './world.ts';

const RBAC = 'rbac.authorization.k8s.io';
const READ = ['get', 'list', 'watch'];
const WORKLOADS = ['deployments', 'daemonsets', 'statefulsets', 'replicasets'];
const OBJECTS = ['configmaps', 'endpoints', 'persistentvolumeclaims', 'pods', 'pods/log', 'services', 'serviceaccounts'];
const APIS = [
  '/api',
  '/api/*',
  '/apis',
  '/apis/*',
  '/healthz',
  '/livez',
  '/openapi',
  '/openapi/*',
  '/readyz',
  '/version',
  '/version/',
];

interface Role {
  readonly rules: readonly object[];
  /** The groups that are bound to it. */
  readonly groups: readonly string[];
}

/** The default roles that the suite may encounter. Source: Kubernetes, Default roles. */
const roles: Readonly<Record<string, Role>> = {
  'cluster-admin': {
    rules: [
      { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
      { verbs: ['*'], nonResourceURLs: ['*'] },
    ],
    groups: ['system:masters'],
  },
  'system:discovery': { rules: [{ verbs: ['get'], nonResourceURLs: APIS }], groups: ['system:authenticated'] },
  'system:public-info-viewer': {
    rules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'] }],
    groups: ['system:authenticated', 'system:unauthenticated'],
  },
  'system:basic-user': {
    rules: [
      {
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
      },
    ],
    groups: ['system:authenticated'],
  },
  'system:service-account-issuer-discovery': {
    rules: [{ verbs: ['get'], nonResourceURLs: ['/.well-known/openid-configuration', '/openid/v1/jwks'] }],
    groups: ['system:serviceaccounts'],
  },
  view: {
    rules: [
      { verbs: READ, apiGroups: [''], resources: OBJECTS },
      { verbs: READ, apiGroups: ['apps'], resources: WORKLOADS },
    ],
    groups: [],
  },
  edit: {
    rules: [
      { verbs: [...READ, 'create', 'update', 'patch', 'delete'], apiGroups: [''], resources: [...OBJECTS, 'secrets'] },
      { verbs: [...READ, 'create', 'update', 'patch', 'delete'], apiGroups: ['apps'], resources: WORKLOADS },
    ],
    groups: [],
  },
};

export interface NodeOptions {
  readonly name: string;
  readonly address: string;
  readonly taints: readonly Taint[];
  /** `v1.24.17+simulated` */
  readonly version: string;
}

/** Creates the initial objects of a cluster: namespaces, roles, nodes and its DNS. */
export function bootstrap(world: World, nodes: readonly NodeOptions[]): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    world.make<Namespace>('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {} });
  }
  for (const [name, { rules, groups }] of Object.entries(roles)) {
    const object = (kind: string) => ({ apiVersion: `${RBAC}/v1`, kind, metadata: { name } });
    world.make<Stored>(`clusterroles.${RBAC}`, { ...object('ClusterRole'), rules });
    const subjects = groups.map((group) => ({ kind: 'Group', apiGroup: RBAC, name: group }));
    const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name };
    if (groups.length > 0)
      world.make<Stored>(`clusterrolebindings.${RBAC}`, { ...object('ClusterRoleBinding'), roleRef, subjects });
  }
  for (const node of nodes) {
    makeNode(world, node);
    makeLease(world, node.name);
  }
  const ports = [{ name: 'https', port: 443, targetPort: 6443 }];
  const kubernetes = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'default', name: 'kubernetes' } };
  world.make<Stored>('services', { ...kubernetes, spec: { ports } });
  const addresses = nodes.slice(0, 1).map(({ address }) => ({ ip: address }));
  const subsets = [{ addresses, ports: [{ name: 'https', port: 6443, protocol: 'TCP' }] }];
  world.make<Stored>('endpoints', { ...kubernetes, kind: 'Endpoints', subsets });
  makeDns(world);
}

/** The heartbeat of a node; it is never renewed. */
function makeLease(world: World, name: string): void {
  const now = world.clock.timestamp().replace('Z', '.000000Z');
  const metadata = { namespace: 'kube-node-lease', name };
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: now };
  world.make<Stored>('leases.coordination.k8s.io', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
}

function makeNode(world: World, { name, address, taints, version }: NodeOptions): void {
  const labels = { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': architecture, 'kubernetes.io/hostname': name };
  const amounts = { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '50Gi' };
  world.make<Node>('nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: { podCIDR: '10.42.0.0/24', podCIDRs: ['10.42.0.0/24'], providerID: `simulated://${name}`, taints: [...taints] },
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      capacity: amounts,
      allocatable: amounts,
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'simulated' }],
      nodeInfo: {
        architecture,
        bootID: 'simulated',
        containerRuntimeVersion: 'simulated://0',
        kernelVersion: 'simulated',
        kubeProxyVersion: version,
        kubeletVersion: version,
        machineID: 'simulated',
        operatingSystem: 'linux',
        osImage: 'simulated',
        systemUUID: 'simulated',
      },
    },
  });
}

/** CoreDNS as in k3s: it does not tolerate every taint, so it must be patched when the only node is tainted. */
function makeDns(world: World): void {
  const labels = { 'k8s-app': 'kube-dns' };
  const location = { namespace: 'kube-system' };
  const ports = [
    { name: 'dns', port: 53, protocol: 'UDP' },
    { name: 'dns-tcp', port: 53, protocol: 'TCP' },
  ];
  const metadata = { ...location, name: 'kube-dns', labels };
  world.make<Stored>('services', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: labels, clusterIP: '10.43.0.10', ports },
  });
  const containers = [
    { name: 'coredns', image: 'simulated/coredns:1', ports: [{ name: 'dns-tcp', containerPort: 53, protocol: 'TCP' }] },
  ];
  const tolerations = [{ key: 'CriticalAddonsOnly', operator: 'Exists' }] as Pod['spec']['tolerations'];
  world.make<Stored>('deployments.apps', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { ...location, name: 'coredns', labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers, tolerations } } },
  });
}
