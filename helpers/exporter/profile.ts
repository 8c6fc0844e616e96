import { atLeast, type Version } from '../version.ts';

/** A promise of a kind of deployment; each requirement belongs to one. */
export type Feature =
  /** What every deployment of the exporter must do. */
  | 'core'
  /** The manifests render to exactly what the documentation of a known target lists. */
  | 'documented-rendering'
  /** The exporter runs on a node whose NoExecute taint keeps other pods away. */
  | 'tainted-control-plane'
  /** The Service has no cluster IP: its name resolves to the ready pods. */
  | 'headless-service'
  /** The Service has both ports, with the names that scrape configurations use. */
  | 'named-ports'
  /** The probes are those that the exporter's own manifests have. */
  | 'documented-probes'
  /** The release's default resources are exposed. */
  | 'default-resources'
  /** The container has requests and limits, and the kernel enforces the limits. */
  | 'resource-limits'
  /** The process runs as nobody, without capabilities, on a read-only root file system. */
  | 'hardened-container'
  /** The ServiceAccount may read what the exporter reads, and nothing else. */
  | 'least-privilege';

export type ProfileName = 'agent' | 'standard' | 'deployed';

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/**
 * The promises of a kind of deployment, and the cluster that it expects. They are not derived from manifests: what manifests lack is a
 * failure.
 */
export interface Profile {
  readonly name: ProfileName;
  readonly features: ReadonlySet<Feature>;
  readonly cluster: {
    /** The taint of the node that the exporter is to run on. */
    readonly taint?: Taint;
    /** The cluster's DNS domain. */
    readonly domain: string;
  };
  /**
   * What the ServiceAccount may list and watch: what the exporter `reads` with its arguments, or all that the release `can read` with any
   * arguments.
   */
  readonly mayRead: 'reads' | 'can read';
  readonly promises: Promises;
}

export interface Promises {
  /** The labels of every object, besides `app.kubernetes.io/version`, which is the image's release. */
  readonly labels: Readonly<Record<string, string>>;
  /** The names of the Service's ports, which scrape configurations use. */
  readonly ports: { readonly metrics: string; readonly telemetry: string };
  readonly toleration?: { readonly effect: 'NoExecute'; readonly operator: 'Exists' };
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** The user id of the exporter's process. */
  readonly user: number;
  /** As Kubernetes writes quantities. */
  readonly resources?: Readonly<Record<'requests' | 'limits', { readonly cpu: string; readonly memory: string }>>;
}

const labels = { 'app.kubernetes.io/component': 'exporter', 'app.kubernetes.io/name': 'kube-state-metrics' };
const ports = { metrics: 'http-metrics', telemetry: 'telemetry' };
const nodeSelector = { 'kubernetes.io/os': 'linux' };
const NOBODY = 65534;

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  agent: {
    name: 'agent',
    features: new Set<Feature>([
      'core',
      'tainted-control-plane',
      'headless-service',
      'named-ports',
      'documented-probes',
      'default-resources',
      'resource-limits',
      'hardened-container',
      'least-privilege',
    ]),
    cluster: { taint: { key: 'k3s-controlplane', value: 'true', effect: 'NoExecute' }, domain: 'deimos.cluster.io' },
    mayRead: 'reads',
    promises: {
      labels,
      ports,
      toleration: { effect: 'NoExecute', operator: 'Exists' },
      nodeSelector,
      user: NOBODY,
      resources: { requests: { cpu: '250m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
    },
  },
  standard: {
    name: 'standard',
    features: new Set<Feature>([
      'core',
      'headless-service',
      'named-ports',
      'documented-probes',
      'default-resources',
      'hardened-container',
      'least-privilege',
    ]),
    cluster: { domain: 'cluster.local' },
    mayRead: 'can read',
    promises: { labels, ports, nodeSelector, user: NOBODY },
  },
  /** An exporter that is already deployed: it promises what every exporter must do, and no more permissions than it can use. */
  deployed: {
    name: 'deployed',
    features: new Set<Feature>(['core', 'least-privilege']),
    cluster: { domain: 'cluster.local' },
    mayRead: 'can read',
    promises: { labels: {}, ports, nodeSelector, user: NOBODY },
  },
};

/** The features of a run: those of the profile, and `documented-rendering` for a known target. */
export function featuresOf(profile: Profile, isKnownTarget: boolean): ReadonlySet<Feature> {
  return isKnownTarget ? new Set([...profile.features, 'documented-rendering']) : profile.features;
}

/** A promised probe; any of the paths is accepted. */
export interface PromisedProbe {
  readonly port: 'metrics' | 'telemetry';
  readonly paths: readonly string[];
  /** In seconds, thresholds in responses. */
  readonly timing: Readonly<Record<ProbeTiming, number>>;
}

export type ProbeTiming = 'initialDelaySeconds' | 'timeoutSeconds' | 'periodSeconds' | 'successThreshold' | 'failureThreshold';

/** The default of each field. Source: Kubernetes, Configure probes. */
export const probeDefaults: Readonly<Record<ProbeTiming, number>> = {
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};

/**
 * The probes that every profile promises for a release.
 * Source: the exporter's own manifests, which moved to /livez and /readyz in 2.13; the older URLs still respond.
 */
export function promisedProbes(exporter: Version): Readonly<Record<'liveness' | 'readiness', PromisedProbe>> {
  const newUrls = atLeast(exporter, '2.13');
  const timing = { ...probeDefaults, initialDelaySeconds: 5, timeoutSeconds: 5 };
  return {
    liveness: { port: 'metrics', paths: newUrls ? ['/livez', '/healthz'] : ['/healthz'], timing },
    readiness: { port: 'telemetry', paths: newUrls ? ['/readyz', '/'] : ['/'], timing },
  };
}
