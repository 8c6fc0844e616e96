import type { RequirementRecord } from '../../suite/record.ts';
import { countsOf, REPORT_SCHEMA, type Report, type RequirementResult, type UnpromisedFeature } from '../model.ts';

type Row = [id: string, sentence: string, durationMs: number, more?: Partial<RequirementResult>];

const rows: readonly Row[] = [
  ['manifests/renders-as-documented', 'The manifests render to exactly the objects that the guide lists.', 92],
  ['manifests/accepted-by-the-api-server', 'The API server accepts every object, and refuses one with an unknown field.', 618],
  [
    'manifests/second-apply-changes-nothing',
    'Applying the same manifests again changes no generation and no resourceVersion.',
    411,
  ],
  [
    'scheduling/tolerates-control-plane',
    'The exporter runs on the node whose NoExecute taint keeps other pods away.',
    12_100,
    {
      status: 'failed',
      observed: 'Pending: 0/1 nodes are available',
      expected: 'the exporter’s pod Running on server (taint k3s-controlplane=true:NoExecute)',
      actual: 'Pending: 0/1 nodes are available: 1 node(s) had untolerated taint {k3s-controlplane: true}',
      see: 'reports/diagnostics/monitoring/pod-mntr-agent-kube-state-metrics.yaml',
    },
  ],
  [
    'scheduling/stays-when-tainted-again',
    'A further NoExecute taint on the node does not evict the exporter.',
    0,
    {
      status: 'blocked',
      reason: 'needs scheduling/tolerates-control-plane, which failed',
      causedBy: 'scheduling/tolerates-control-plane',
    },
  ],
  ['scheduling/node-selector-holds', 'A node of another operating system never runs the exporter.', 2_240],
  [
    'scheduling/runs-across-nodes',
    'With further nodes, the exporter is scraped from a node that is not its own.',
    0,
    { status: 'not-applicable', reason: 'the cluster has one node' },
  ],
  ['probes/liveness-answers-ok', 'The liveness URL answers with its own body, not just with 200.', 61],
  ['probes/ready-within-budget', 'The exporter is Ready within 30 s of its creation, without a restart.', 4_870],
  [
    'probes/readiness-gates',
    'A pod whose readiness probe fails gets no DNS record.',
    15_020,
    {
      status: 'failed',
      observed: 'no pod of the Deployment on server',
      expected: 'a copy of the exporter on server',
      actual: 'no pod of the Deployment on server',
      causedBy: 'scheduling/tolerates-control-plane',
    },
  ],
  [
    'hardening/read-only-root',
    'The exporter’s root file system cannot be written to.',
    1_730,
    {
      level: 'should',
      status: 'failed',
      observed: 'expected "ro", actual "rw,relatime"',
      expected: 'the root mount of process 1 with the option ro',
      actual: 'overlay / overlay rw,relatime 0 0',
      see: 'reports/diagnostics/monitoring/process-mounts.txt',
    },
  ],
  ['hardening/runs-as-nobody', 'The exporter’s process has uid 65534 and no capability.', 1_690],
  ['access/lists-what-it-reads', 'With its own token, the ServiceAccount lists and watches what this version reads.', 1_930],
  [
    'access/denies-writes',
    'With its own token, the ServiceAccount cannot change anything.',
    3_480,
    {
      status: 'failed',
      observed: '2 decisions differ',
      expected: 'every write denied with 403, naming user, verb and resource',
      actual: 'delete pods: allowed (200, dry run)\ndeletecollection pods: allowed (200, dry run)',
      see: 'reports/diagnostics/access.txt',
    },
  ],
  ['dns/service-records', 'The service’s name resolves to the ready pods’ addresses and to nothing else.', 840],
  ['dns/unready-pod-leaves', 'A pod that stops being ready leaves the answer.', 9_310],
  ['endpoints/metrics-content-type', 'The metrics URL answers with the content type of its version.', 48],
  ['endpoints/build-info', 'The version in build_info is the one that the image’s tag says.', 44],
  ['exposition/pod', 'Every pod is exposed with the labels and values that the live object has.', 1_120],
  ['exposition/no-duplicates', 'No series is exposed twice in one scrape.', 97],
  [
    'exposition/horizontalpodautoscaler',
    'Every HorizontalPodAutoscaler is exposed with the labels and values that the live object has.',
    30_050,
    {
      status: 'known-issue',
      knownIssue: 'horizontalpodautoscalers-missing',
      reason: 'Exporters before 2.7 request autoscaling/v2beta2, which Kubernetes no longer serves from 1.26 on.',
      observed: 'no kube_horizontalpodautoscaler_info within 30 s',
    },
  ],
  ['freshness/deleted-object-vanishes', 'The series of a deleted object vanish within 10 s.', 2_020],
  [
    'resilience/survives-resource-backend',
    'An Ingress whose backend is a resource leaves the exporter running.',
    6_200,
    {
      knownIssue: 'ingress-resource-backend',
      reason:
        'The known issue did not occur: Exporters before 2.7 crash as long as the cluster holds an Ingress whose backend is a resource.',
    },
  ],
  ['resilience/survives-an-interrupted-scrape', 'After a scrape that is cut off, the exporter answers the next.', 3_050],
];

/** A feature that is not promised, in each outcome. */
const notPromised: readonly UnpromisedFeature[] = [
  {
    feature: 'named-ports',
    sentence: 'The Service has the metrics port, with the name that scrape configurations use.',
    outcome: 'met',
    requirements: [{ id: 'manifests/ports-are-named', sentence: 'The Service has the metrics port.', status: 'passed' }],
  },
  {
    feature: 'headless-service',
    sentence: 'The Service has no cluster IP: its name resolves to the ready pods.',
    outcome: 'not-met',
    requirements: [
      {
        id: 'dns/headless',
        sentence: 'The Service’s name does not resolve to a cluster IP.',
        status: 'failed',
        expected: 'only addresses of pods',
        actual: '10.43.0.17, the cluster IP of exporter',
      },
      { id: 'dns/answers-by-name', sentence: 'The exporter answers by name.', status: 'passed' },
    ],
  },
  {
    feature: 'node-selector',
    sentence: 'The exporter runs only on nodes of its operating system.',
    outcome: 'not-verified',
    requirements: [
      {
        id: 'scheduling/node-selector-holds',
        sentence: 'Another node never runs the exporter.',
        status: 'skipped',
        reason: 'It disturbs others, and is verified only where it is promised.',
      },
    ],
  },
];

function resultOf([id, sentence, durationMs, more]: Row): RequirementResult {
  const level: RequirementRecord['level'] = 'must';
  return {
    id,
    area: id.split('/')[0] ?? '',
    sentence,
    level,
    source: 'Guide G035: Deployment',
    status: 'passed',
    durationMs,
    ...more,
  };
}

/** A run with a result of each kind: two findings, a consequence, a recommendation not followed. */
export function sampleReport(change: Partial<Report> = {}): Report {
  const requirements = change.requirements ?? rows.map(resultOf);
  return {
    schema: REPORT_SCHEMA,
    state: 'complete',
    verdict: 'nonconformant',
    evidence: 'live',
    cluster: { kind: 'k3s', image: 'localhost/kube-node:v1.34.1', kubernetes: 'v1.34.1', nodes: 1 },
    exporter: { image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.5.0', version: 'v2.5.0' },
    target: 'agent',
    profile: 'agent',
    startedAt: '2025-03-14T09:26:53.000Z',
    durationMs: 84_300,
    phases: [
      { name: 'preflight', durationMs: 410 },
      { name: 'boot the cluster', durationMs: 23_800 },
      { name: 'install the exporter', durationMs: 9_650 },
      { name: 'verify in parallel', durationMs: 31_200 },
      { name: 'verify serially', durationMs: 15_700 },
      { name: 'remove everything', durationMs: 3_540 },
    ],
    counts: countsOf(requirements),
    notPromised,
    leftovers: [],
    ...change,
    requirements,
  };
}

/** The same run with every judged requirement met. */
export function conformantReport(change: Partial<Report> = {}): Report {
  const requirements = rows.map(([id, sentence, durationMs]) => resultOf([id, sentence, durationMs]));
  return sampleReport({ verdict: 'conformant', requirements, ...change });
}

const hostileText = '<script>alert("x")</script> & ```\n| a | `b` \u0001\x1b[31mred\x1b[0m ]]>';

/** The sample, with a hostile text wherever a text comes from a cluster, an exporter or a user. */
export function hostileReport(text = hostileText): Report {
  const requirements = sampleReport().requirements.map((requirement): RequirementResult => {
    if (requirement.status === 'failed') return { ...requirement, sentence: text, actual: text, expected: text, see: text };
    return requirement.reason === undefined ? requirement : { ...requirement, reason: text };
  });
  const hostile = notPromised.map((feature) => ({
    ...feature,
    sentence: text,
    requirements: feature.requirements.map((result) => ({ ...result, actual: text, reason: text })),
  }));
  return sampleReport({
    verdict: 'infrastructure',
    notPromised: hostile,
    requirements,
    reason: text,
    target: text,
    exporter: { image: text, version: text },
    cluster: { kind: 'kubeconfig', image: text, kubernetes: text, nodes: 1, knownIssues: [text] },
    phases: [{ name: text, durationMs: 1 }],
    leftovers: [text],
  });
}
