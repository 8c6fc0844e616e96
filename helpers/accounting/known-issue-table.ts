import type { KnownIssue } from './known-issue.ts';
import { issuesOfObjects } from './known-issue-objects.ts';

const inform = 'Nothing is lost; expect the message in the log.';

/** The consequences for a requirement of exporters that list autoscaling/v2beta2, on Kubernetes without it. */
const v2beta2 = (id: string, requirement: string, consequence: string, matches: RegExp): KnownIssue => ({
  id,
  requirement,
  note: `Exporters before 2.7 request autoscaling/v2beta2, which Kubernetes no longer serves from 1.26 on: ${consequence}.`,
  exporter: '>=2.3 <2.7',
  kubernetes: '>=1.26',
  reference: 'kube-state-metrics #1906; Kubernetes, Deprecated API Migration Guide',
  advice: 'Use exporter 2.7 or newer on Kubernetes 1.26 and newer.',
  matches,
});

/** Every known issue. The suite, the accounting, the gate and the preview read this list and have no other. */
export const knownIssues: readonly KnownIssue[] = [
  ...issuesOfObjects,
  {
    id: 'slow-reader-blocks-scrapes',
    requirement: 'resilience/outlives-a-slow-reader',
    note: 'Exporters before 2.14 hold a lock on the objects that they write: when one of them changes while a reader has stalled, no other scrape is answered until that reader is gone.',
    exporter: '>=2.0 <2.14',
    kubernetes: '*',
    matches: /^no response after objects of \d+ kinds had changed/,
    reference: 'kube-state-metrics #2261, #2623',
    advice: 'Use exporter 2.14 or newer, or keep readers that stall away from the port.',
  },
  {
    ...v2beta2(
      'horizontalpodautoscalers-missing',
      'exposition/horizontalpodautoscaler',
      'no HorizontalPodAutoscaler is exposed',
      /horizontalpodautoscaler/i,
    ),
    unserved: ['horizontalpodautoscalers'],
  },
  v2beta2(
    'horizontalpodautoscalers-group-missing',
    'consumers/metric-groups',
    'the group that Datadog documents for them has no sample',
    /^no series of horizontalpodautoscalers$/,
  ),
  v2beta2(
    'horizontalpodautoscalers-metrics-missing',
    'consumers/documented-metrics',
    'no metric that Datadog documents for HorizontalPodAutoscalers has a sample',
    /^kube_horizontalpodautoscaler_\w+ has no sample$/,
  ),
  v2beta2(
    'external-metrics-not-exposed',
    'exposition/no-duplicates-for-same-external-metric-twice',
    'the HorizontalPodAutoscaler with two external metrics is not exposed',
    /^none among \d+ samples$/,
  ),
  v2beta2(
    'horizontalpodautoscalers-not-listed',
    'endpoints/reads-without-errors',
    'each refusal is logged',
    /v2beta2\.HorizontalPodAutoscaler/,
  ),
  {
    id: 'openmetrics-counter-type',
    requirement: 'exposition/openmetrics',
    note: 'In OpenMetrics, the TYPE line of a counter carries the suffix _total, which only its samples may have.',
    exporter: '>=2.8',
    kubernetes: '*',
    matches: /_total\b/,
    reference: 'OpenMetrics, section Counter',
    advice: 'Let Prometheus scrape the text format, or expect a counter of an unknown type.',
  },
  {
    id: 'mutating-admission-policies-not-listed',
    requirement: 'endpoints/reads-without-errors',
    note: 'Exporter 2.20 requests MutatingAdmissionPolicy v1 and its binding, which Kubernetes serves from 1.36 on, and logs each refusal.',
    exporter: '>=2.20',
    kubernetes: '>=1.30 <1.36',
    matches: /\bv1\.MutatingAdmissionPolicy(Binding)?\b/,
    reference: 'kube-state-metrics #3019',
    advice: inform,
    unserved: ['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'],
  },
  {
    id: 'admission-policies-not-listed',
    requirement: 'endpoints/reads-without-errors',
    note: 'Exporter 2.20 requests the admission policies v1 and their bindings; before 1.30 Kubernetes serves neither kind, and each refusal is logged.',
    exporter: '>=2.20',
    kubernetes: '<1.30',
    matches: /\bv1\.(Mutating|Validating)AdmissionPolicy(Binding)?\b/,
    reference: 'kube-state-metrics #3014, #3019',
    advice: inform,
    unserved: [
      'mutatingadmissionpolicies',
      'mutatingadmissionpolicybindings',
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
    ],
  },
  {
    id: 'lists-not-streamed',
    requirement: 'endpoints/reads-without-errors',
    note: 'Exporters from 2.19 on first request each list as a stream, which API servers refuse before 1.32 and in 1.33; they then list as before, but the refusal is counted. Version 2.20 also requests admission policies that Kubernetes does not serve before 1.36.',
    exporter: '>=2.19',
    kubernetes: '<1.34',
    matches: /: \d+ watch errors?$|\bv1\.(Mutating|Validating)AdmissionPolicy(Binding)?: \d+ list errors?$/,
    reference: 'Kubernetes, feature gate WatchList',
    advice: inform,
  },
  {
    id: 'horizontalpodautoscalers-v2-not-served',
    requirement: 'exposition/horizontalpodautoscaler',
    note: 'Exporters from 2.7 on list autoscaling/v2, which Kubernetes serves from 1.23 on: no HorizontalPodAutoscaler is exposed.',
    exporter: '>=2.7',
    kubernetes: '<1.23',
    reference: 'kube-state-metrics #1906',
    advice: 'Use an exporter before 2.7 on Kubernetes before 1.23.',
    matches: /horizontalpodautoscaler/i,
    unserved: ['horizontalpodautoscalers'],
  },
  v2beta2(
    'container-resources-not-exposed',
    'exposition/no-duplicates-for-resource-of-two-containers',
    'the HorizontalPodAutoscaler on one resource of two containers is not exposed',
    /^none among \d+ samples$/,
  ),
  v2beta2(
    'autoscaler-status-not-exposed',
    'resilience/survives-autoscaler-status',
    'the HorizontalPodAutoscaler with such a status is not exposed',
    /^not exposed: /,
  ),
  {
    id: 'label-repeated',
    requirement: 'resilience/survives-conflicting-labels',
    note: 'Exporters before 2.20 give a sample the same label name twice where labels of an object become one name and a third has the name that the conflict gets.',
    exporter: '<2.20',
    kubernetes: '*',
    reference: 'kube-state-metrics #3064',
    advice: 'Allow labels by name in --metric-labels-allowlist, not all.',
    matches: /label_example_com_a_b_conflict1/,
  },
];
