import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median, type Run, requiredRatio, run, runNode, syntheticExposition, Targets } from '../helpers/exposition/benchmark.ts';
import { checkExposition } from '../helpers/exposition/check.ts';
import type { GateReport } from '../helpers/gate/report/model.ts';
import { print, printError } from '../helpers/print.ts';
import { nodeArguments, packageDirectory } from '../helpers/source.ts';
import type { CommandDefinition } from './command.ts';

const MB = 1_000_000;
const ROUNDS = 3;
const checkCommand = [...nodeArguments('commands/main'), 'check'];
/** Reads a file as a string, parses it, and prints how much CPU time only the parsing took, in seconds. */
const packageProgram = `
  import parse from 'parse-prometheus-text-format';
  import { readFileSync } from 'node:fs';
  const text = readFileSync(process.argv[1], 'utf8');
  const before = process.cpuUsage();
  parse(text);
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1e6);`;
/** Reads and checks the same file, and prints how much CPU time both took. */
const checkProgram = `
  import { openSync } from 'node:fs';
  const { checkExposition } = await import(process.argv[2]);
  const before = process.cpuUsage();
  checkExposition(openSync(process.argv[1], 'r'), { format: 'text', most: 1 });
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1e6);`;

const targets = new Targets();

const megabytes = (bytes: number) => `${(bytes / MB).toFixed(0)} MB`;
const times = (ratio: number) => `${ratio.toFixed(1)} ×`;
const seconds = (duration: number) => `${duration.toFixed(1)} s`;

function printLine(line: string): void {
  print(`${line}\n`);
}

function judge(...judged: Parameters<Targets['judge']>): void {
  printLine(targets.judge(...judged));
}

/** Writes a synthetic exposition into the directory and returns its path. */
function generate(directory: string, megabytes: number, familyBytes?: number): string {
  const path = join(directory, `${megabytes}-${familyBytes}.txt`);
  const file = openSync(path, 'w');
  for (const piece of syntheticExposition(megabytes * MB, familyBytes)) writeSync(file, piece);
  closeSync(file);
  return path;
}

function size(path: string): string {
  return `${(statSync(path).size / MB).toFixed(0)} MB`;
}

/** In MB/s. */
function throughput(path: string, seconds: number): number {
  return statSync(path).size / MB / seconds;
}

function rate(megabytesPerSecond: number): string {
  return `${megabytesPerSecond.toFixed(megabytesPerSecond < 10 ? 1 : 0)} MB/s`;
}

function ratios(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((megabytesPerSecond, round) => megabytesPerSecond / (theirs[round] as number)));
}

/** Both in processes of their own, alternating round by round, so that load of the machine affects both. */
async function againstPackage(path: string, required: number): Promise<void> {
  printLine(`\ncheck against parse-prometheus-text-format, ${size(path)}, per second of CPU time, ${ROUNDS} rounds`);
  const ours: number[] = [];
  const theirs: number[] = [];
  const program = nodeArguments('helpers/exposition/check');
  const [flags, module] = [program.slice(0, -1), pathToFileURL(program.at(-1) ?? '').href];
  for (let round = 0; round < ROUNDS; round++) {
    const parse = await runNode(['--input-type=module', '--eval', packageProgram, path]);
    const check = await runNode([...flags, '--input-type=module', '--eval', checkProgram, path, module]);
    theirs.push(throughput(path, Number(parse.stdout)));
    ours.push(throughput(path, Number(check.stdout)));
    printLine(`  check ${rate(ours[round] as number)}; the package ${rate(theirs[round] as number)}, ${residentOf(parse)}`);
  }
  const ratio = ratios(ours, theirs);
  judge('throughput against parse-prometheus-text-format', ratio, ['least', required], times);
  const whole = await runNode([...checkCommand, path, '--json']);
  printLine(`  the whole check process: ${whole.cpuSeconds.toFixed(2)} s, ${residentOf(whole)}`);
  judge(`resident memory of check, ${size(path)}`, whole.residentBytes, ['most', 100 * MB], megabytes);
}

function residentOf({ residentBytes = Number.NaN }: Run): string {
  return `${(residentBytes / MB).toFixed(0)} MB resident`;
}

/** Whole processes, start included. promtool's linter compares each series with all others of its family, so the families are small. */
async function againstPromtool(path: string, required: number): Promise<void> {
  printLine(`\ncheck against promtool check metrics, ${size(path)}, families of about 100 series, whole processes, CPU time`);
  const version = await run('promtool', ['--version'], undefined).catch(() => undefined);
  if (version === undefined) return judge('throughput against promtool, not on the PATH', undefined, ['least', required], times);
  printLine(`  ${version.stdout.split('\n')[0]}`);
  const theirs = [throughput(path, (await run('promtool', ['check', 'metrics'], path)).cpuSeconds)];
  const ours = [throughput(path, (await runNode([...checkCommand, path])).cpuSeconds)];
  printLine(`  check ${rate(ours[0] as number)}, promtool ${rate(theirs[0] as number)}`);
  judge('throughput against promtool check metrics', ratios(ours, theirs), ['least', required], times);
}

/**
 * In this process, once the reader is compiled; the cold start is printed separately, as it does not depend on the size. In CPU time, as
 * the load of the machine changes between passes.
 */
async function acrossSizes(directory: string): Promise<void> {
  printLine(`\nthroughput by size, per second of CPU time, the median of ${ROUNDS} rounds`);
  const paths = [10, 100, 500].map((megabytes) => generate(directory, megabytes));
  const [smallest = '', , largest = ''] = paths;
  printLine(`  the first 10 MB, not yet compiled: ${rate(pass(smallest, 1))}`);
  pass(smallest, 10);
  const rounds = Array.from({ length: ROUNDS }, () => paths.map((path) => pass(path, path === smallest ? 10 : 1)));
  const medians = paths.map((_, index) => median(rounds.map((round) => round[index] as number)));
  for (const [index, path] of paths.entries()) printLine(`  ${size(path)}: ${rate(medians[index] as number)}`);
  const spread = 1 - Math.min(...medians) / Math.max(...medians);
  judge('spread of the throughput from 10 to 500 MB', spread, ['most', 0.2], (part) => `${(part * 100).toFixed(0)} %`);
  const check = await runNode([...checkCommand, largest, '--json']);
  judge(`resident memory of check, ${size(largest)}`, check.residentBytes, ['most', 100 * MB], megabytes);
}

/** Reads a file `times` times. @returns the throughput in MB per second of CPU time */
function pass(path: string, times: number): number {
  const file = openSync(path, 'r');
  const before = process.cpuUsage();
  for (let time = 0; time < times; time++) checkExposition(file, { format: 'text', most: 1 });
  const { user, system } = process.cpuUsage(before);
  closeSync(file);
  return throughput(path, (user + system) / MB / times);
}

const PODS = 20_000;

/** A preview of 20,000 pods, and one of the smallest capture, each as the whole process; in CPU time, as other processes run too. */
async function previews(directory: string): Promise<void> {
  const objects = join(directory, 'pods.jsonl');
  const file = openSync(objects, 'w');
  for (let pod = 0; pod < PODS; pod++) writeSync(file, `${JSON.stringify(syntheticPod(pod))}\n`);
  closeSync(file);
  const rules = join(directory, 'rules.json');
  writeFileSync(rules, JSON.stringify({ groups: [{ name: 'pods', rules: syntheticRules() }] }));
  await previewOf(`${PODS} pods`, objects, rules, ['--args', '--resources=pods', '--kubernetes', 'v1.34.1'], 20);
  await previewOf('a capture', 'fixtures/captures/v1.34.1-v2.6.0/objects.jsonl.gz', 'fixtures/rules', [], 3);
}

async function previewOf(what: string, objects: string, rules: string, more: readonly string[], most: number): Promise<void> {
  const reports = mkdtempSync(join(tmpdir(), 'bench-preview-'));
  const words = ['--from', 'v2.6.0', '--to', 'v2.20.0', '--objects', objects, '--rules', rules, '--prometheus', 'none', ...more];
  const previewed = await runNode([...nodeArguments('commands/main'), 'preview', ...words, '--reports', reports, '--json']);
  rmSync(reports, { recursive: true });
  const { measures, sources }: Pick<GateReport, 'measures' | 'sources'> = JSON.parse(previewed.stdout);
  const { cpuSeconds, residentBytes = Number.NaN } = previewed;
  const [series] = measures;
  const expressions = sources.reduce((sum, source) => sum + source.expressions, 0);
  printLine(`\npreview of ${what} with ${expressions} rules, without a Prometheus, the whole process`);
  printLine(`  ${series?.old} series → ${series?.new} in ${cpuSeconds.toFixed(1)} s of CPU time, ${residentOf(previewed)}`);
  judge(`CPU time of the preview of ${what}`, cpuSeconds, ['most', most], seconds);
  judge(`resident memory of the preview of ${what}`, residentBytes, ['most', 500 * MB], megabytes);
}

/** Rules of the kinds that mixins have: selectors with a job, joins, counts by namespace, ratios and recorded series; 120 of them. */
function syntheticRules(): readonly object[] {
  const job = 'job="kube-state-metrics"';
  const expressions = (index: number) => [
    `max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff",${job},namespace=~"team-${index}.*"}[5m]) >= 1`,
    `sum by (namespace, pod, cluster) (max by (namespace, pod, cluster) (kube_pod_status_phase{${job},phase=~"Pending|Unknown",namespace!="team-${index}"}) * on (namespace, pod, cluster) group_left(owner_kind) topk by (namespace, pod, cluster) (1, max by (namespace, pod, owner_kind, cluster) (kube_pod_owner{owner_kind!="Job"}))) > 0`,
    `sum by (namespace, cluster) (kube_pod_container_resource_requests{resource="memory",${job}} * on (namespace, pod, cluster) group_left() max by (namespace, pod, cluster) (kube_pod_status_phase{phase=~"Pending|Running"} == 1))`,
    `sum(kube_pod_container_resource_limits{resource="cpu",namespace="team-${index}"}) / sum(kube_node_status_allocatable{resource="cpu"}) > 1.5`,
    `count by (node) (kube_pod_info{${job},node=~"node-${index}[0-9]*"} * on (pod, namespace) group_left(phase) (kube_pod_status_phase{phase="Running"} == 1))`,
    `rate(kube_pod_container_status_restarts_total{${job},container!="",pod=~"app-${index}.*"}[10m]) * 600 > 5`,
  ];
  return Array.from({ length: 20 }, (_, index) =>
    expressions(index).map((expr, place) => ({ alert: `Rule${index}x${place}`, expr, labels: { severity: 'warning' } })),
  ).flat();
}

/** A running pod of two containers, as a Deployment makes them. */
function syntheticPod(pod: number): object {
  const time = '2024-05-01T10:00:00Z';
  const names = ['main', 'sidecar'];
  const image = 'registry.example/app:1.0';
  const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `app-${pod}`,
      namespace: `team-${pod % 100}`,
      uid: `uid-${pod}`,
      creationTimestamp: time,
      ownerReferences: [{ kind: 'ReplicaSet', name: `app-${pod % 4000}`, controller: true }],
    },
    spec: {
      nodeName: `node-${pod % 500}`,
      restartPolicy: 'Always',
      serviceAccountName: 'default',
      containers: names.map((name) => ({ name, image, resources })),
      tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }],
    },
    status: {
      phase: 'Running',
      qosClass: 'Burstable',
      podIP: '198.51.100.1',
      podIPs: [{ ip: '198.51.100.1' }],
      hostIP: '192.0.2.1',
      startTime: time,
      conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
        type,
        status: 'True',
        lastTransitionTime: time,
      })),
      containerStatuses: names.map((name) => ({
        name,
        image,
        imageID: `${image}@sha256:0`,
        containerID: `containerd://${pod}-${name}`,
        ready: true,
        restartCount: 0,
        state: { running: { startedAt: time } },
      })),
    },
  };
}

export const bench: CommandDefinition = {
  define: (command) => command,
  run: async () => {
    const directory = mkdtempSync(join(tmpdir(), 'bench-'));
    try {
      printLine(`Node ${process.version}; MB are millions of bytes`);
      const results = readFileSync(new URL('docs/results.md', packageDirectory), 'utf8');
      await againstPackage(generate(directory, 100), requiredRatio(results, 'parse-prometheus-text-format'));
      await againstPromtool(generate(directory, 100, 20_000), requiredRatio(results, 'promtool check metrics'));
      await acrossSizes(directory);
      await previews(directory);
      for (const sentence of targets.missed) printError(`${sentence}\n`);
      return targets.missed.length === 0 ? 0 : 1;
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};
