import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { knownTargets } from '../helpers/exporter/known.ts';
import { profiles } from '../helpers/exporter/profile.ts';
import { deriveTarget } from '../helpers/exporter/target.ts';
import { openCluster } from '../helpers/kube/open.ts';
import type { Container, Deployment, PodSpec } from '../helpers/kube/workload.ts';
import { startProxy } from '../helpers/mutation/proxy.ts';
import type { Report, RequirementResult } from '../helpers/report/model.ts';
import { defaults } from '../helpers/run/option-definitions.ts';
import type { Interference, ProxiedAnswer } from '../helpers/suite/mutant/interference.ts';
import { seconds } from '../helpers/wait.ts';
import type { PodSecurityLevel } from '../simulator/api/pod-security.ts';
import { startSimulator } from '../simulator/start.ts';
import { runToEnd } from './testing/command.ts';

/** The areas whose requirements make a pod, or judge one; the rest has nothing to do with admission. */
const only = ['hardening', 'manifests', 'access', 'dns', 'consumers/scraped-in-the-cluster', 'exposition/pod', 'scheduling'];

interface Change {
  readonly pod?: object;
  readonly container?: (container: Container) => Container;
}

/** The agent's manifests with a change in the exporter's pod, as a file. */
function manifests(directory: string, { pod = {}, container = (same) => same }: Change): string {
  const { objects, workload: deployment } = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });
  const { template } = deployment.spec;
  const spec: PodSpec = { ...template.spec, ...pod, containers: template.spec.containers.map(container) };
  const changed: Deployment = { ...deployment, spec: { ...deployment.spec, template: { ...template, spec } } };
  const file = join(directory, 'manifests.yaml');
  writeFileSync(file, objects.map((object) => stringify(object === deployment ? changed : object)).join('---\n'));
  return file;
}

interface Existing {
  /** The Pod Security level of its namespaces. */
  readonly podSecurity?: PodSecurityLevel;
  /** What stands before its API server. */
  readonly interference?: Interference;
}

/** Runs the command on a cluster that exists. */
async function e2e({ podSecurity = 'privileged', interference = {} }: Existing, change: Change, selection: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'pod-security-'));
  const { taint, domain } = profiles.agent.cluster;
  const simulator = await startSimulator({
    kubernetes: 'v1.24.17',
    domain,
    ...(taint && { taint }),
    agents: 0,
    workloadImages: [defaults.workloadImage],
    prometheusImage: defaults.prometheusImage,
    directory,
    podSecurity,
  });
  const kubeconfig = join(directory, 'proxied');
  const proxy = await startProxy(simulator.kubeconfig, kubeconfig);
  proxy.interference = interference;
  try {
    const client = await openCluster(simulator.kubeconfig);
    const dns = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-system', name: 'coredns' };
    await client.merge(dns, { spec: { template: { spec: { tolerations: [{ operator: 'Exists' }] } } } });
    const cluster = ['--cluster', 'kubeconfig', '--kubeconfig', kubeconfig, '--context', 'proxy'];
    const target = ['--manifests', manifests(directory, change), '--profile', 'agent'];
    const options = [...cluster, ...target, '--only', selection.join(','), '--reports', directory];
    const outcome = await runToEnd('e2e', options);
    const stdout = outcome.stdout + outcome.stderr;
    const report = JSON.parse(readFileSync(join(directory, 'report.json'), 'utf8')) as Report;
    return { stdout, report, resultOf: (id: string) => report.requirements.find((result) => result.id === id) };
  } finally {
    await proxy.stop();
    await simulator.stop();
    rmSync(directory, { recursive: true });
  }
}

function failed({ requirements }: Report): readonly string[] {
  return requirements.filter(({ status }) => status === 'failed').map(({ id, actual: seen }) => `${id}: ${seen}`);
}

function judgedByTheApi({ requirements }: Report): readonly string[] {
  const byApi = ({ observed }: RequirementResult) => observed?.includes("judged by the API's view of the pod") === true;
  return requirements.filter((result) => result.status === 'passed' && byApi(result)).map(({ id }) => id);
}

const inspected = [
  'runs-as-nobody',
  'has-no-capabilities',
  'gains-no-privileges',
  'root-is-read-only',
  'memory-is-limited',
  'cpu-is-limited',
  'resources-are-requested',
  'token-is-mounted',
].map((name) => `hardening/${name}`);

test(
  'on a cluster that enforces baseline, hardening is judged by what the API shows, and nothing fails',
  async () => {
    const { stdout, report, resultOf } = await e2e({ podSecurity: 'baseline' }, {}, only);

    expect(failed(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'partial', partial: 'selected', leftovers: [] });
    expect(judgedByTheApi(report)).toEqual(inspected);
    expect(resultOf('hardening/has-no-capabilities')?.observed).toMatch(
      /as Pod Security \(baseline\) forbids its inspection: pods "\S+" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities/,
    );
    expect(stdout).toContain("Pod Security (baseline) forbids a pod on the host's network in the namespace conformance-");
    expect(stdout).toContain("forbids the container that inspects the exporter's process in the namespace monitoring");
  },
  seconds(180),
);

test(
  'on a cluster that enforces restricted, every control pod is admitted, and nothing fails',
  async () => {
    const pod = { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } };

    const { stdout, report } = await e2e({ podSecurity: 'restricted' }, { pod }, only);

    expect(failed(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'partial', partial: 'selected', leftovers: [] });
    expect(judgedByTheApi(report)).toEqual(inspected);
    expect(stdout).not.toMatch(/forbids a control pod|forbids a Prometheus/);
  },
  seconds(180),
);

test(
  'a Deployment without hardening fails by the view of the API as it does by that of the kernel',
  async () => {
    const container = ({ securityContext: _, resources: __, ...bare }: Container) => bare;

    const { report, resultOf } = await e2e({ podSecurity: 'baseline' }, { container }, ['hardening']);

    const failures = report.requirements.filter(({ status }) => status === 'failed').map(({ id }) => id);
    expect(failures).toEqual(inspected.filter((id) => !/runs-as-nobody|token-is-mounted/.test(id)));
    expect(resultOf('hardening/has-no-capabilities')).toMatchObject({
      actual: expect.stringMatching(
        /^drop \[\], add \[\] \(judged by the API's view of the pod, as Pod Security \(baseline\) forbids/,
      ),
    });
    expect(resultOf('hardening/runs-as-nobody')).toMatchObject({
      status: 'not-applicable',
      reason: expect.stringMatching(/^The pod does not set the user and the kubelet does not report it/),
    });
  },
  seconds(120),
);

test(
  'what a webhook refuses is not applicable by name, and without the right to inspect the API’s view counts',
  async () => {
    const denial = 'admission webhook "validate.example.com" denied the request: images of busybox are not allowed here';
    const refuse = (code: number, message: string) => async (answer: ProxiedAnswer) => ({
      ...answer,
      status: code,
      body: JSON.stringify({ kind: 'Status', reason: 'BadRequest', message }),
    });
    const interference: Interference = {
      answer: ({ method, path }) => {
        if (method === 'POST' && path === '/api/v1/namespaces/monitoring/pods') return refuse(400, denial);
        if (path.endsWith('/ephemeralcontainers')) return refuse(403, 'pods is forbidden: User "somebody" cannot patch it');
        return undefined;
      },
    };

    const { stdout, report, resultOf } = await e2e({ interference }, {}, ['hardening', 'dns']);

    expect(failed(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'partial', partial: 'selected', leftovers: [] });
    const reason = `The API server refuses a control pod beside the exporter in the namespace monitoring: ${denial}`;
    for (const id of ['hardening/token-only-where-requested', 'dns/answers-by-name', 'dns/unready-pod-leaves']) {
      expect(resultOf(id)).toMatchObject({ status: 'not-applicable', reason });
    }
    expect(judgedByTheApi(report)).toEqual(inspected);
    expect(resultOf('hardening/cpu-is-limited')?.observed).toContain(
      'as the API server refuses its inspection: pods is forbidden: User "somebody" cannot patch it',
    );
    expect(stdout).toContain(reason);
  },
  seconds(120),
);
