import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { simulatedCluster } from '../../../simulator/testing.ts';
import { knownTargets } from '../../exporter/known.ts';
import { listLabelled } from '../../kube/owned/remove-objects.ts';
import { runLabel } from '../../kube/run-label.ts';
import { Interruption } from '../../run/interruption.ts';
import { argument, combined, rules as roleRules } from '../../suite/mutant/changes.ts';
import { parseGateOptions } from '../options.ts';
import type { GateReport } from '../report/model.ts';
import { gateExitCode } from '../verdict.ts';
import { gateRun } from './gate-run.ts';

const cluster = simulatedCluster('test', { prometheusImage: 'prom/prometheus:v3.5.0' });

/** The gate on the test's cluster as one that exists. */
function gate(args: readonly string[], write: (text: string) => void = () => undefined) {
  const kubeconfig = join(cluster.directory, 'kubeconfig');
  const { 'current-context': context } = parse(readFileSync(kubeconfig, 'utf8')) as { 'current-context': string };
  const existing = ['--cluster', 'kubeconfig', '--kubeconfig', kubeconfig, '--context', context];
  const options = parseGateOptions([...existing, '--reports', reports(), ...args]);
  return gateRun({ id: 'abc123', options, interruption: new Interruption(), output: { write } });
}

function reports(): string {
  return join(cluster.directory, 'reports');
}

function reportNow(): GateReport {
  return JSON.parse(readFileSync(join(reports(), 'gate.json'), 'utf8')) as GateReport;
}

test('a crash after the installation removes what the run created, and reports', async () => {
  const { report, failure } = await gate(['--from', 'v2.5.0', '--to', 'v2.6.0'], (text) => {
    if (text.includes('comparing')) throw new Error('planted');
  });

  expect(failure?.message).toBe('planted');
  expect(gateExitCode(report)).toBe(4);
  expect(reportNow()).toMatchObject({ state: 'crashed', verdict: 'no answer', leftovers: [] });
  expect(reportNow().reason).toBe('The suite itself failed: planted');
  expect(await listLabelled(cluster.client, runLabel)).toEqual([]);
}, 60_000);

test('an old release that does not start is no answer, with the reason', async () => {
  const during: string[] = [];
  const { report, failure } = await gate(['--from', 'registry.example/nothing:v2.5.0', '--to', 'v2.6.0'], (text) => {
    if (text.includes('booting')) during.push(reportNow().state, reportNow().verdict);
  });

  expect(during).toEqual(['started', 'no answer']);
  expect(failure).toBeUndefined();
  expect(gateExitCode(report)).toBe(3);
  expect(reportNow()).toMatchObject({ state: 'complete', verdict: 'no answer', leftovers: [] });
  expect(reportNow().reason).toContain('The old release registry.example/nothing:v2.5.0 does not start');
}, 60_000);

test('two exporters that require a token are compared with what their accounts may scrape', async () => {
  const reviews = [
    { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
  ];
  const guarded = combined(
    argument('--auth-filter'),
    roleRules((policyRules) => policyRules.push(...reviews)),
  )(knownTargets.current.rendering(), { workloadImage: 'busybox' });
  const path = join(cluster.directory, 'guarded.yaml');
  writeFileSync(path, guarded.map((object) => JSON.stringify(object)).join('\n---\n'));
  const manifests = ['--manifests-from', path, '--manifests-to', path];

  const file = join(cluster.directory, 'pods.yaml');
  writeFileSync(file, 'groups: [{ name: g, rules: [{ record: "pods:count", expr: "count(kube_pod_info)" }] }]');

  const args = ['--from', 'v2.18.0', '--to', 'v2.20.0', '--no-conformance', '--rules', file, ...manifests];
  const { report, failure } = await gate(args);

  expect({ verdict: report.verdict, reason: report.reason ?? failure?.message, rejecting: rejecting(report) }).toMatchObject({
    verdict: 'accept with notes',
    rejecting: [],
  });
  expect(report.sources).toMatchObject([{ expressions: 1, judged: 1 }]);
  // The fixtures have an object of every resource.
  expect(report.extent?.silent).toEqual([]);
  expect(report.extent?.new).toBeGreaterThan(500);
}, 120_000);

/** The differences for which the gate rejects. */
function rejecting({ differences }: GateReport): readonly string[] {
  return differences.filter(({ severity }) => severity === 'reject').map(({ sentence }) => sentence);
}

test('a release whose manifests cannot be found is refused, and replaces the answer of the run before it', async () => {
  await expect(gate(['--from', 'nameless', '--to', 'v2.6.0'])).rejects.toThrow('is no release');

  expect(reportNow()).toMatchObject({ state: 'started', verdict: 'no answer' });
  expect(reportNow().reason).toContain('is no release');
}, 60_000);

const rules = `groups:
  - name: g
    rules:
      - { alert: OwnerNone, expr: 'kube_pod_owner{job="kube-state-metrics",cluster="prod-1",owner_kind="<none>"} == 1' }
      - { record: 'ownerless:count', expr: 'count(kube_pod_owner{job=~"(.*/)?kube-state-metrics",owner_kind="<none>"})' }
      - { alert: Ownerless, expr: 'ownerless:count > 0' }
      - { alert: Cpu, expr: 'kube_pod_info * on (pod) container_cpu_usage_seconds_total > 0' }
      - { alert: Load, expr: 'node_load1 > 1' }
`;

test('rules are loaded and evaluated as the scrape job of their author labels its target', async () => {
  const file = join(cluster.directory, 'rules.yaml');
  writeFileSync(file, rules);
  const { report, failure } = await gate(['--from', 'v2.6.0', '--to', 'v2.20.0', '--rules', file, '--no-conformance']);

  expect(failure).toBeUndefined();
  expect(report).toMatchObject({ state: 'complete', leftovers: [] });
  expect(report.scrape).toEqual({
    labels: { job: 'kube-state-metrics', cluster: 'prod-1' },
    derived: ['job', 'cluster'],
    honorLabels: true,
  });
  expect(report.sources).toMatchObject([
    { expressions: 5, judged: 3, bySelectors: [{ name: 'alert Cpu' }], notJudged: [{ name: 'alert Load' }] },
  ]);
  const ofRules = report.differences.filter(({ part }) => part === 'rules').map(({ id, severity }) => `${id} ${severity}`);
  expect(ofRules).toEqual([
    'rules/g/OwnerNone/selector-lost/kube_pod_owner reject',
    'rules/g/ownerless:count/selector-lost/kube_pod_owner reject',
    'rules/g/OwnerNone/result reject',
    'rules/g/ownerless:count/result reject',
    'rules/g/Ownerless/result reject',
  ]);
}, 240_000);

test('an object of the cluster that ends the candidate is named before it is installed, and beside the crash', async () => {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
  const spec = { schedule: '*/60 * * * *', suspend: true, jobTemplate: { spec: { template } } };
  await cluster.client.create({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', namespace: 'default' },
    spec,
  } as never);
  const lines: string[] = [];
  const { report } = await gate(['--from', 'v2.18.0', '--to', 'v2.19.0', '--no-conformance'], (text) => lines.push(text));

  const met = 'Known issue cronjob-step is met by CronJob default/nightly';
  const named = lines.findIndex((line) => line.includes(met));
  expect(named).toBeGreaterThan(-1);
  expect(named).toBeLessThan(lines.findIndex((line) => line.includes('installing both exporters')));
  expect(report.verdict).toBe('reject');
  expect(report.differences).toContainEqual(
    expect.objectContaining({ id: 'objects/known-issue/cronjob-step', severity: 'note' }),
  );
  expect(report.differences.filter(({ part }) => part === 'start')).toMatchObject([
    { processEnded: true, brief: expect.stringContaining('CronJob default/nightly') },
  ]);
}, 120_000);
