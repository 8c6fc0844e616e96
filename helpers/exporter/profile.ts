import type { Container } from '../kube/workload.ts';
import type { Target } from './target.ts';

/** What a kind of deployment may promise, each with what it means; every requirement belongs to one of them. */
export const features = {
  core: 'What every deployment of the exporter must do.',
  'documented-rendering': 'The manifests render to exactly what the documentation of a known target lists.',
  'tainted-control-plane': 'The exporter runs on a node whose NoExecute taint keeps other pods away.',
  'node-selector': 'The exporter runs only on nodes of its operating system.',
  'common-labels': 'Every object has the common labels, with the version of the image.',
  'headless-service': 'The Service has no cluster IP: its name resolves to the ready pods.',
  'named-ports': 'The Service has the metrics port, with the name that scrape configurations use.',
  'telemetry-port': 'The Service also has the port with the exporter’s own metrics.',
  'documented-probes': 'The probes are those that the exporter’s own manifests have.',
  'default-resources':
    'Every family that the release exposes by default, or of the resources that the profile names, is exposed.',
  sharding: 'Several exporters share the objects, in the way that the profile names.',
  'resource-limits': 'The container has requests and limits, and the kernel enforces the limits.',
  'hardened-container': 'The process runs as an unprivileged user, without capabilities, on a read-only root file system.',
  'token-on-request': 'A pod of the same ServiceAccount has a token only if it requests one.',
  'least-privilege': 'The ServiceAccount may read what the exporter reads, and nothing else.',
  'authentication-reviews': 'The ServiceAccount may review tokens and accesses, as a proxy that authenticates scrapers needs it.',
} as const;

export type Feature = keyof typeof features;

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** Resources of the API: those that the exporter reads with its arguments, or all that its release can read with any arguments. */
export type Reads = 'reads' | 'can read';

/**
 * The promises of a kind of deployment, and the cluster that it expects, as data. They are not derived from manifests: what manifests lack is
 * a failure.
 */
export interface Profile {
  readonly name: string;
  readonly features: readonly Feature[];
  readonly cluster: {
    /** The taint of the node that the exporter is to run on. */
    readonly taint?: Taint;
    /** The cluster's DNS domain. */
    readonly domain: string;
  };
  /** What the ServiceAccount must be allowed to list and watch, and what it may be allowed at most. */
  readonly permissions: { readonly required: Reads; readonly allowed: Reads };
  /** What the promised features are in detail; of features that are not promised, nothing. */
  readonly promises: Partial<Omit<Promises, 'ports'>> & { readonly ports?: Partial<Promises['ports']> };
}

export interface Promises {
  /** The labels of every object, besides `app.kubernetes.io/version`, which is the image's release. */
  readonly labels: Readonly<Record<string, string>>;
  /** The names of the Service's ports, which scrape configurations use; without `telemetry`, the Service has the metrics port only. */
  readonly ports: { readonly metrics: string; readonly telemetry?: string };
  readonly toleration?: Pick<Taint, 'effect'> & { readonly key?: string; readonly operator: 'Exists' };
  /** The user id of the exporter's process. */
  readonly user: number;
  readonly resources?: ContainerResources;
  /** The resources whose families are exposed, as in `--resources`; those that the release exposes by default where absent. */
  readonly exposes?: readonly string[];
  readonly sharding?: Sharding;
  /** The labels of the pods that may scrape, as a NetworkPolicy selects them. */
  readonly scraperLabels?: Readonly<Record<string, string>>;
}

/**
 * How several exporters share the objects: the pods of a StatefulSet find their shard by themselves, each Deployment has one, or a DaemonSet
 * has the pods of its node. Source: kube-state-metrics, examples.
 */
export type Sharding = 'autosharding' | 'deployments' | 'daemonset';

/** As Kubernetes writes quantities. */
export type ContainerResources = Readonly<Record<'requests' | 'limits', { readonly cpu: string; readonly memory: string }>>;

/** A profile with a value for whatever a requirement compares. */
export interface CompleteProfile extends Profile {
  readonly promises: Promises;
}

const labels = { 'app.kubernetes.io/component': 'exporter', 'app.kubernetes.io/name': 'kube-state-metrics' };
const ports = { metrics: 'http-metrics', telemetry: 'telemetry' };
const NOBODY = 65534;
const domain = 'cluster.local';
const everythingReadable = { required: 'can read', allowed: 'can read' } as const;

/** Source: kube-state-metrics, examples/standard; the sharded examples have the same Service, probes and container. */
const exampleFeatures = [
  'core',
  'node-selector',
  'common-labels',
  'headless-service',
  'named-ports',
  'telemetry-port',
  'documented-probes',
  'default-resources',
  'hardened-container',
  'token-on-request',
  'least-privilege',
  'authentication-reviews',
] as const satisfies readonly Feature[];

const example = {
  features: exampleFeatures,
  cluster: { domain },
  permissions: everythingReadable,
  promises: { labels, ports, user: NOBODY },
} as const;

function sharded(sharding: Sharding, common: Promises['labels']) {
  const sharing = [...exampleFeatures, 'sharding'] as const;
  return { ...example, features: sharing, promises: { ...example.promises, labels: common, sharding } };
}

/** The chart's `collectors`. */
const chartCollectors =
  `certificatesigningrequests configmaps cronjobs daemonsets deployments endpointslices horizontalpodautoscalers ingresses jobs leases
  limitranges mutatingwebhookconfigurations namespaces networkpolicies nodes persistentvolumeclaims persistentvolumes poddisruptionbudgets
  pods replicasets replicationcontrollers resourcequotas secrets services statefulsets storageclasses validatingwebhookconfigurations
  volumeattachments`.split(/\s+/);

/** Source: prometheus-community/helm-charts, charts/kube-state-metrics 8.4.0: values.yaml and templates. */
const chart = {
  features: [
    'core',
    'common-labels',
    'named-ports',
    'documented-probes',
    'default-resources',
    'hardened-container',
    'least-privilege',
  ],
  cluster: { domain },
  permissions: { required: 'reads', allowed: 'reads' },
  promises: {
    labels: {
      'app.kubernetes.io/component': 'metrics',
      'app.kubernetes.io/managed-by': 'Helm',
      'app.kubernetes.io/name': 'kube-state-metrics',
      'app.kubernetes.io/part-of': 'kube-state-metrics',
    },
    ports: { metrics: 'http' },
    user: NOBODY,
    // Without the admission policies, which the release exposes by default.
    exposes: chartCollectors,
  },
} as const satisfies Omit<Profile, 'name'>;

export const profiles = {
  /** Manifests and audited exporters without a profile: what every exporter must do, and no permission that its release cannot use. */
  core: {
    name: 'core',
    features: ['core', 'least-privilege'],
    cluster: { domain },
    permissions: { required: 'reads', allowed: 'can read' },
    promises: {},
  },
  /** Source: small homelab K3s guide, G035. */
  agent: {
    name: 'agent',
    features: [...exampleFeatures, 'tainted-control-plane', 'resource-limits'],
    cluster: { taint: { key: 'k3s-controlplane', value: 'true', effect: 'NoExecute' }, domain: 'deimos.cluster.io' },
    permissions: { required: 'reads', allowed: 'reads' },
    promises: {
      labels,
      ports,
      toleration: { effect: 'NoExecute', operator: 'Exists' },
      user: NOBODY,
      resources: { requests: { cpu: '250m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
    },
  },
  standard: { name: 'standard', ...example },
  chart: { name: 'chart', ...chart },
  /** The chart with `autosharding.enabled`, which makes its Service headless. */
  'chart-autosharding': {
    name: 'chart-autosharding',
    ...chart,
    features: [...chart.features, 'headless-service', 'sharding'],
    promises: { ...chart.promises, sharding: 'autosharding' },
  },
  /** Source: prometheus-operator/kube-prometheus, manifests/kubeStateMetrics-*.yaml; its kube-rbac-proxies have the Service's ports. */
  'kube-prometheus': {
    name: 'kube-prometheus',
    features: [...exampleFeatures.filter((feature) => feature !== 'documented-probes'), 'resource-limits'],
    cluster: { domain },
    permissions: everythingReadable,
    promises: {
      labels: { ...labels, 'app.kubernetes.io/part-of': 'kube-prometheus' },
      ports: { metrics: 'https-main', telemetry: 'https-self' },
      user: NOBODY,
      resources: { requests: { cpu: '10m', memory: '190Mi' }, limits: { cpu: '100m', memory: '250Mi' } },
      scraperLabels: { 'app.kubernetes.io/name': 'prometheus' },
    },
  },
  autosharding: { name: 'autosharding', ...sharded('autosharding', labels) },
  'deployment-sharding': { name: 'deployment-sharding', ...sharded('deployments', labels) },
  /** Its three workloads have names of their own. */
  'daemonset-sharding': {
    name: 'daemonset-sharding',
    ...sharded('daemonset', { 'app.kubernetes.io/component': 'exporter' }),
  },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof profiles;

/** The names that `--profile` accepts. */
export const profileNames = Object.keys(profiles) as readonly ProfileName[];

/**
 * The profile with the deployment's own values where it promises none, so that a requirement that is not promised holds a deployment to what
 * it declares itself.
 */
export function completed(
  profile: Profile,
  { container, workload, podLabels, ports: own }: Pick<Target, 'container' | 'workload' | 'podLabels' | 'ports'>,
): CompleteProfile {
  const nameLabel = 'app.kubernetes.io/name';
  const { metrics, telemetry } = own;
  const runAsUser = container.securityContext?.runAsUser ?? workload.spec.template.spec.securityContext?.runAsUser;
  const resources = resourcesOf(container);
  return {
    ...profile,
    promises: {
      labels: { [nameLabel]: podLabels[nameLabel] ?? 'kube-state-metrics' },
      user: runAsUser || NOBODY,
      ...(resources && { resources }),
      ...profile.promises,
      ports: {
        metrics: metrics.name,
        ...(telemetry.servicePort === undefined ? {} : { telemetry: telemetry.name }),
        ...profile.promises.ports,
      },
    },
  };
}

function resourcesOf({ resources: { requests, limits } = {} }: Pick<Container, 'resources'>): ContainerResources | undefined {
  const [requested, limited] = [requests, limits].map((list) =>
    list?.cpu !== undefined && list.memory !== undefined ? { cpu: list.cpu, memory: list.memory } : undefined,
  );
  return requested && limited && { requests: requested, limits: limited };
}
