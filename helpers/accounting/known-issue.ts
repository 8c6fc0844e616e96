import { parseSchedule } from '../catalogue/cron/schedule.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { EndpointSlice } from '../kube/types.ts';
import type { VersionRange } from '../version.ts';

/** A known failure of named releases of the exporter on named releases of Kubernetes. */
export interface KnownIssue {
  readonly id: string;
  /** The requirement that fails because of it. */
  readonly requirement: string;
  /** What happens, as one sentence for the reader of the report. */
  readonly note: string;
  readonly exporter: VersionRange;
  readonly kubernetes: VersionRange;
  /** Where it was reported or mended: `kube-state-metrics #2967`. */
  readonly reference: string;
  /** What somebody with such a release does, as one sentence. */
  readonly advice: string;
  /** Every line of the observation must match, else the failure is a different one. */
  readonly matches?: RegExp;
  /** The resources of which nothing is exposed, as the exporter lists a version that the cluster does not serve. */
  readonly unserved?: readonly string[];
  /** Only an exporter that exposes custom resources can have it: of any other, its absence is not worth reporting. */
  readonly ofCustomResources?: true;
  /** The objects that meet it; absent where it does not depend on objects. */
  readonly objects?: AffectedObjects;
}

/** The objects that meet a known issue. */
export interface AffectedObjects {
  /** As in `--resources`: an exporter that does not read it does not have the issue. */
  readonly resource: string;
  readonly kind: string;
  /** What the exporter does with such an object: it crashes, with some images or with all, repeats a series, or exposes a wrong one. */
  readonly effect: 'crash' | 'crash-by-image' | 'repeat' | 'wrong';
  isMetBy(object: KubernetesObject): boolean;
}

interface Backend {
  readonly service?: { readonly name?: string; readonly port?: { readonly number?: number; readonly name?: string } };
  readonly resource?: unknown;
}

interface Ingress extends KubernetesObject {
  readonly spec?: {
    readonly defaultBackend?: Backend;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths?: readonly { readonly path?: string; readonly pathType?: string; readonly backend?: Backend }[];
      };
    }[];
    readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
  };
}

interface CronJob extends KubernetesObject {
  readonly spec?: { readonly schedule?: string; readonly timeZone?: string; readonly suspend?: boolean };
}

interface Metric {
  readonly type: string;
  readonly containerResource?: { readonly name?: string; readonly container?: string };
  readonly external?: { readonly metric?: { readonly name?: string } };
}

interface Autoscaler extends KubernetesObject {
  readonly spec?: { readonly metrics?: readonly Metric[] };
  readonly status?: { readonly currentMetrics?: readonly Metric[] | null };
}

interface Claim extends KubernetesObject {
  readonly spec?: { readonly accessModes?: readonly string[] };
}

interface TolerantPod extends KubernetesObject {
  readonly spec?: { readonly tolerations?: readonly object[] };
}

/** An Ingress with a backend that is a resource. */
export function hasResourceBackend({ spec = {} }: Ingress): boolean {
  const backends = (spec.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend));
  return [spec.defaultBackend, ...backends].some((backend) => backend?.resource !== undefined);
}

/**
 * A CronJob whose step spans its whole field, such as every 60 minutes or 24 hours: robfig/cron, the library of Kubernetes, takes it, and
 * netresearch/go-cron, that of exporters from 2.19 on, does not. Also a suspended one.
 */
export function hasStepOfWholeField({ spec: { schedule = '' } = {} }: CronJob): boolean {
  const isTakenBy = (library: 'robfig' | 'netresearch') => parseSchedule(schedule, 'UTC', library) !== undefined;
  return isTakenBy('robfig') && !isTakenBy('netresearch');
}

/** A CronJob in a named time zone; also a suspended one. `UTC` is part of every program. */
export function hasTimeZone({ spec }: CronJob): boolean {
  return spec?.timeZone !== undefined && spec.timeZone !== 'UTC';
}

/** A CronJob that is scheduled in a named time zone. */
export function isScheduledInTimeZone(job: CronJob): boolean {
  return hasTimeZone(job) && job.spec?.suspend !== true;
}

/** An EndpointSlice for all ports: one of its ports has no number. */
export function hasPortWithoutNumber({ ports }: EndpointSlice): boolean {
  return (ports ?? []).some(({ port }) => port === undefined || port === null);
}

/** An EndpointSlice with an endpoint that has a hostname, or that is terminating and still serves. */
export function hasConfusedEndpoint({ endpoints }: EndpointSlice): boolean {
  return (endpoints ?? []).some(
    ({ hostname = '', conditions: { serving, terminating } = {} }) =>
      hostname !== '' || (terminating !== undefined && terminating !== serving),
  );
}

/** An autoscaler whose status has a metric without its source. The controller writes an empty type for what it cannot read. */
export function hasMetricWithoutSource({ status }: Autoscaler): boolean {
  return (status?.currentMetrics ?? []).some((metric) => metric.type !== '' && sourceOf(metric) === undefined);
}

function sourceOf(metric: Metric): unknown {
  const { type, ...sources } = metric as Metric & Readonly<Record<string, unknown>>;
  return (sources as Readonly<Record<string, unknown>>)[`${type.charAt(0).toLowerCase()}${type.slice(1)}`];
}

/** An autoscaler on one resource of several containers. */
export function hasResourceOfTwoContainers({ spec }: Autoscaler): boolean {
  return hasRepeated((spec?.metrics ?? []).flatMap(({ containerResource }) => containerResource?.name ?? []));
}

/** An autoscaler on two external metrics of one name, which differ in their selectors. */
export function hasTwoExternalMetricsOfOneName({ spec }: Autoscaler): boolean {
  return hasRepeated((spec?.metrics ?? []).flatMap(({ external }) => external?.metric?.name ?? []));
}

/** A PersistentVolumeClaim that lists an access mode twice. */
export function hasAccessModeTwice({ spec }: Claim): boolean {
  return hasRepeated(spec?.accessModes ?? []);
}

/** A pod that lists a toleration twice. */
export function hasTolerationTwice({ spec }: TolerantPod): boolean {
  return hasRepeated((spec?.tolerations ?? []).map((toleration) => JSON.stringify(Object.entries(toleration).sort())));
}

/** An Ingress that names one host and secret in two TLS blocks. */
export function hasTlsHostTwice({ spec }: Ingress): boolean {
  return hasRepeated((spec?.tls ?? []).flatMap(({ hosts = [], secretName }) => hosts.map((host) => `${host} ${secretName}`)));
}

/** An Ingress with two rules of one host, path and backend. */
export function hasPathTwice({ spec }: Ingress): boolean {
  const paths = (spec?.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).map(({ path, pathType, backend }) => JSON.stringify([host, path, pathType, backend?.service])),
  );
  return hasRepeated(paths);
}

function hasRepeated(values: readonly string[]): boolean {
  return new Set(values).size < values.length;
}
