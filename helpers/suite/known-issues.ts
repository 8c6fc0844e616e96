import { inRange, type VersionRange } from '../version.ts';

/** A known failure of a named exporter or Kubernetes version. */
export interface KnownIssue {
  readonly id: string;
  /** The requirement that fails because of it. */
  readonly requirement: string;
  /** What happens, as one sentence for the reader of the report. */
  readonly note: string;
  readonly exporter: VersionRange;
  readonly kubernetes: VersionRange;
  /** Every line of the observation must match, else the failure is a different one. */
  readonly matches?: RegExp;
}

/** The requirements that known issues name; the only place to change when one is renamed. */
const requirement = {
  survivesResourceBackend: 'resilience/survives-resource-backend',
  exposesHorizontalPodAutoscalers: 'exposition/horizontalpodautoscaler',
  exposesMetricGroups: 'consumers/metric-groups',
  exposesDocumentedMetrics: 'consumers/documented-metrics',
  readsWithoutErrors: 'endpoints/reads-without-errors',
  outlivesSlowReader: 'resilience/outlives-a-slow-reader',
  openMetricsTypes: 'exposition/openmetrics',
  duplicateTolerations: 'exposition/no-duplicates-for-duplicate-tolerations',
  tlsOfOneSecret: 'exposition/no-duplicates-for-tls-of-one-secret',
  samePathTwice: 'exposition/no-duplicates-for-same-path-twice',
  sameExternalMetricTwice: 'exposition/no-duplicates-for-same-external-metric-twice',
  namespaces: 'settings/namespaces',
  namespacesDenylist: 'settings/namespaces-denylist',
} as const;

export const knownIssues: readonly KnownIssue[] = [
  {
    id: 'ingress-resource-backend',
    requirement: requirement.survivesResourceBackend,
    note: 'Exporters before 2.7 crash as long as the cluster holds an Ingress whose backend is a resource.',
    exporter: '>=2.0 <2.7',
    kubernetes: '*',
  },
  {
    id: 'slow-reader-blocks-scrapes',
    requirement: requirement.outlivesSlowReader,
    note: 'Exporters before 2.14 hold a lock on the objects that they write: when one of them changes while a reader has stalled, no other scrape is answered until that reader is gone.',
    exporter: '>=2.0 <2.14',
    kubernetes: '*',
    matches: /^no response after objects of \d+ kinds had changed/,
  },
  {
    id: 'horizontalpodautoscalers-missing',
    requirement: requirement.exposesHorizontalPodAutoscalers,
    note: 'Exporters before 2.7 request autoscaling/v2beta2, which Kubernetes no longer serves from 1.26 on: no HorizontalPodAutoscaler is exposed.',
    exporter: '>=2.3 <2.7',
    kubernetes: '>=1.26',
    matches: /horizontalpodautoscaler/i,
  },
  {
    id: 'horizontalpodautoscalers-group-missing',
    requirement: requirement.exposesMetricGroups,
    note: 'Exporters before 2.7 request autoscaling/v2beta2, which Kubernetes no longer serves from 1.26 on: the group that Datadog documents for them has no sample.',
    exporter: '>=2.3 <2.7',
    kubernetes: '>=1.26',
    matches: /^no series of horizontalpodautoscalers$/,
  },
  {
    id: 'horizontalpodautoscalers-metrics-missing',
    requirement: requirement.exposesDocumentedMetrics,
    note: 'Exporters before 2.7 request autoscaling/v2beta2, which Kubernetes no longer serves from 1.26 on: no metric that Datadog documents for HorizontalPodAutoscalers has a sample.',
    exporter: '>=2.3 <2.7',
    kubernetes: '>=1.26',
    matches: /^kube_horizontalpodautoscaler_\w+ has no sample$/,
  },
  {
    id: 'external-metrics-not-exposed',
    requirement: requirement.sameExternalMetricTwice,
    note: 'Exporters before 2.7 request autoscaling/v2beta2, which Kubernetes no longer serves from 1.26 on: the HorizontalPodAutoscaler with two external metrics is not exposed.',
    exporter: '>=2.3 <2.7',
    kubernetes: '>=1.26',
    matches: /^none among \d+ samples$/,
  },
  {
    id: 'horizontalpodautoscalers-not-listed',
    requirement: requirement.readsWithoutErrors,
    note: 'Exporters before 2.7 keep requesting autoscaling/v2beta2, and log each refusal, on Kubernetes 1.26 and newer.',
    exporter: '>=2.3 <2.7',
    kubernetes: '>=1.26',
    matches: /v2beta2\.HorizontalPodAutoscaler/,
  },
  {
    id: 'openmetrics-counter-type',
    requirement: requirement.openMetricsTypes,
    note: 'In OpenMetrics, the TYPE line of a counter carries the suffix _total, which only its samples may have.',
    exporter: '>=2.8',
    kubernetes: '*',
    matches: /_total\b/,
  },
  {
    id: 'mutating-admission-policies-not-listed',
    requirement: requirement.readsWithoutErrors,
    note: 'Exporter 2.20 requests MutatingAdmissionPolicy v1 and its binding, which Kubernetes serves from 1.36 on, and logs each refusal.',
    exporter: '>=2.20',
    kubernetes: '>=1.30 <1.36',
    matches: /\bv1\.MutatingAdmissionPolicy(Binding)?\b/,
  },
  {
    id: 'admission-policies-not-listed',
    requirement: requirement.readsWithoutErrors,
    note: 'Exporter 2.20 requests the admission policies v1 and their bindings; before 1.30 Kubernetes serves neither kind, and each refusal is logged.',
    exporter: '>=2.20',
    kubernetes: '<1.30',
    matches: /\bv1\.(Mutating|Validating)AdmissionPolicy(Binding)?\b/,
  },
  {
    id: 'lists-not-streamed',
    requirement: requirement.readsWithoutErrors,
    note: 'Exporters from 2.19 on first request each list as a stream, which API servers refuse before 1.32 and in 1.33; they then list as before, but the refusal is counted. Version 2.20 also requests admission policies that Kubernetes does not serve before 1.36.',
    exporter: '>=2.19',
    kubernetes: '<1.34',
    matches: /: \d+ watch errors?$|\bv1\.(Mutating|Validating)AdmissionPolicy(Binding)?: \d+ list errors?$/,
  },
  {
    id: 'tolerations-repeated',
    requirement: requirement.duplicateTolerations,
    note: 'Exporters from 2.6 through 2.14 expose a toleration as often as a pod lists it.',
    exporter: '>=2.6 <2.15',
    kubernetes: '*',
    matches: /kube_pod_tolerations/,
  },
  {
    id: 'tls-repeated',
    requirement: requirement.tlsOfOneSecret,
    note: 'Every release through 2.20 exposes a host and secret as often as the TLS blocks of an Ingress name them.',
    exporter: '<2.21',
    kubernetes: '*',
    matches: /kube_ingress_tls/,
  },
  {
    id: 'paths-repeated',
    requirement: requirement.samePathTwice,
    note: 'Every release through 2.20 exposes a host, path and backend as often as the rules of an Ingress name them.',
    exporter: '<2.21',
    kubernetes: '*',
    matches: /kube_ingress_path/,
  },
  {
    id: 'external-metrics-repeated',
    requirement: requirement.sameExternalMetricTwice,
    note: 'Every release through 2.20 omits the selector of an external metric, so that two that differ in it are one series twice.',
    exporter: '<2.21',
    kubernetes: '*',
    matches: /kube_horizontalpodautoscaler_spec_target_metric/,
  },
  {
    id: 'cluster-scoped-repeated',
    requirement: requirement.namespaces,
    note: 'With --namespaces, exporters before 2.20 expose each cluster-scoped object once for every namespace that is listed (kube-state-metrics #2998).',
    exporter: '<2.20',
    kubernetes: '*',
    matches: /^kube_(namespace|node|persistentvolume|storageclass)_\w+ has \d+ samples of \d+ series$/,
  },
  {
    id: 'denylist-loses-cluster-scoped',
    requirement: requirement.namespacesDenylist,
    note: 'With --namespaces-denylist, exporter 2.10.0 exposes no cluster-scoped object: it lists them with a selector that the API server refuses (kube-state-metrics #2187).',
    exporter: '>=2.10.0 <2.10.1',
    kubernetes: '*',
    matches: /^(# TYPE )?kube_(namespace|node|persistentvolume|storageclass)_/,
  },
];

/** The versions of a run; without both, no known issue is expected. */
export interface RunVersions {
  /** The exporter's: `v2.5.0`. */
  readonly exporter?: string | undefined;
  /** The API server's: `v1.24.17+k3s1`. */
  readonly kubernetes?: string | undefined;
}

/** What a failure observed. */
export interface Failure {
  readonly id: string;
  readonly actual?: string;
  readonly observed?: string;
}

/** The known issues whose ranges hold both versions. */
export function expectedKnownIssues(
  { exporter, kubernetes }: RunVersions,
  declared: readonly KnownIssue[] = knownIssues,
): readonly KnownIssue[] {
  if (!exporter || !kubernetes) return [];
  return declared.filter((issue) => inRange(exporter, issue.exporter) && inRange(kubernetes, issue.kubernetes));
}

/**
 * The known issue that explains a failure completely: every line must match it, so that a second fault in the same requirement is not
 * excused with it.
 */
export function knownIssueOf(expected: readonly KnownIssue[], failure: Failure): KnownIssue | undefined {
  const lines = (failure.actual ?? failureText(failure)).split('\n').filter((line) => line.trim() !== '');
  return expected.find(
    ({ requirement: id, matches }) =>
      id === failure.id && (!matches || (lines.length > 0 && lines.every((line) => matches.test(line)))),
  );
}

/** What a failure observed, or that it observed nothing. */
export function failureText({ observed, actual }: Pick<Failure, 'observed' | 'actual'>): string {
  return observed || actual || 'The requirement failed without a message.';
}
