import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { helmRelease } from '../helpers/audit/testing/release.ts';
import { exporterContainer, findDeployment } from '../helpers/exporter/find.ts';
import { knownTargets } from '../helpers/exporter/known.ts';
import type { Report } from '../helpers/report/model.ts';
import { seconds } from '../helpers/wait.ts';
import { commandTimeout, runToEnd } from './testing/command.ts';

const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
const reports = ['--reports', join(directory, 'reports')];
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test(
  '--list lists every requirement without a cluster',
  async () => {
    const { code, stdout } = await runToEnd('e2e', ['--list']);

    expect(code).toBe(0);
    const ids = stdout.split('\n').filter((line) => /^\w+\/[\w-]+$/.test(line));
    expect(ids.length).toBeGreaterThanOrEqual(60);
  },
  commandTimeout,
);

test.each([
  [
    'no Docker, with what to start or to name',
    () => ['--cluster', 'k3s', ...reports],
    /^No Docker answers .*--cluster kubeconfig/,
  ],
  ['an unknown option, with the nearest', () => ['--imgae', 'v2.6.0'], /Did you mean --image\?/],
  ['an unknown area, with the nearest', () => ['--only', 'schedulin'], /did you mean scheduling\?/],
  [
    'manifests without a Deployment, with what they hold',
    () => ['--manifests', file('map.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\n'), ...reports],
    /The manifests hold no Deployment, StatefulSet or DaemonSet; they hold ConfigMap\./,
  ],
  [
    'an unknown profile, with the nearest',
    () => ['--cluster', 'simulated', '--manifests', 'manifests/standard', '--profile', 'standrad', ...reports],
    /There is no profile or file "standrad"; did you mean standard\?/,
  ],
  [
    'a profile file with an unknown feature, with its line and the nearest',
    () => [
      ...['--cluster', 'simulated', '--manifests', 'manifests/standard', ...reports, '--profile'],
      file('promises.yaml', 'extends: chart\nfeatures:\n  headles-service: true\n'),
    ],
    /promises\.yaml:3: "headles-service" is not a feature; did you mean headless-service\?/,
  ],
  [
    'a kubeconfig without the context',
    () => [...existing(file('kubeconfig', 'apiVersion: v1\nkind: Config\ncontexts: []\n')), ...reports],
    /no context "missing"/,
  ],
  ['a kubeconfig that does not exist', () => [...existing(join(directory, 'none')), ...reports], /cannot be read/],
])(
  'bad usage is reported: %s',
  async (_, args, sentence) => {
    const { code, stderr } = await runToEnd('e2e', args());

    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  },
  commandTimeout,
);

test(
  'the deployment of the guide conforms on the simulated cluster, and its trace has every requirement that was verified',
  async () => {
    const whole = join(directory, 'whole');
    const trace = join(directory, 'trace.json');

    const { code, stderr } = await runToEnd('e2e', ['--cluster', 'simulated', '--reports', whole, '--trace', trace]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { verdict, leftovers, requirements } = JSON.parse(readFileSync(join(whole, 'report.json'), 'utf8')) as Report;
    expect({ verdict, leftovers }).toEqual({ verdict: 'conformant', leftovers: [] });
    const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8')) as { traceEvents: readonly { name: string; ph: string }[] };
    const drawn = new Set(traceEvents.filter(({ ph }) => ph === 'X').map(({ name }) => name));
    const verified = requirements.filter(({ status }) => status === 'passed' || status === 'known-issue');
    expect(verified.length).toBeGreaterThan(100);
    expect(verified.filter(({ id }) => !drawn.has(id))).toEqual([]);
    expect(drawn).toContain('loading the program');
    expect(drawn).toContain('creating the fixtures');
  },
  seconds(300),
);

function existing(kubeconfig: string): readonly string[] {
  return ['--cluster', 'kubeconfig', '--context', 'missing', '--kubeconfig', kubeconfig];
}

/** Verifies v2.5.0 on Kubernetes 1.34, where it exposes no HorizontalPodAutoscaler, with these further arguments. */
async function verify(...args: readonly string[]) {
  const objects = structuredClone(knownTargets.agent.rendering());
  const container = exporterContainer(findDeployment(objects));
  Object.assign(container, { args: [...(container.args ?? []), ...args] });
  const manifests = join(directory, `manifests${args.length}.yaml`);
  writeFileSync(manifests, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  const reportsDirectory = join(directory, `reports${args.length}`);
  const { code, stdout } = await runToEnd('e2e', [
    ...[
      '--cluster',
      'simulated',
      '--k3s-image',
      'x:v1.34.1',
      '--manifests',
      manifests,
      '--profile',
      'agent',
      '--reports',
      reportsDirectory,
    ],
    ...['--only', 'consumers/metric-groups,consumers/documented-metrics'],
  ]);
  const { requirements } = JSON.parse(readFileSync(join(reportsDirectory, 'report.json'), 'utf8')) as Report;
  const resultOf = (id: string) => requirements.find((requirement) => requirement.id === id);
  return { code, stdout, groups: resultOf('consumers/metric-groups'), metrics: resultOf('consumers/documented-metrics') };
}

test(
  'what needs a requirement with a known issue is verified, and its own known issue is not a failure',
  async () => {
    const { code, stdout, groups, metrics } = await verify();

    expect(groups).toMatchObject({ status: 'known-issue', knownIssue: 'horizontalpodautoscalers-group-missing' });
    expect(metrics).toMatchObject({ status: 'known-issue', knownIssue: 'horizontalpodautoscalers-metrics-missing' });
    expect(code).toBe(0);
    expect(stdout).toContain('≈ 1/2  consumers/metric-groups');
    expect(stdout).not.toContain('✗');
  },
  seconds(120),
);

test(
  'a denylist is a failure also where there is a known issue',
  async () => {
    const { code, groups, metrics } = await verify('--metric-denylist=kube_job_owner');

    expect(groups).toMatchObject({ status: 'known-issue' });
    expect(metrics).toMatchObject({ status: 'failed', actual: expect.stringContaining('kube_job_owner has no sample') });
    expect(code).toBe(1);
  },
  seconds(120),
);

describe('a Helm release', () => {
  const verified = ['manifests', 'dns/headless', 'hardening/memory-is-limited', 'endpoints/reached-by-the-service'];

  async function verifyRelease(...args: readonly string[]) {
    const manifests = file(
      'release.yaml',
      helmRelease('v2.20.0')
        .map((object) => JSON.stringify(object))
        .join('\n---\n'),
    );
    const at = join(directory, `release${args.length}`);
    const cluster = ['--cluster', 'simulated', '--k3s-image', 'x:v1.34.1'];
    const outcome = await runToEnd('e2e', [
      ...cluster,
      '--manifests',
      manifests,
      '--only',
      verified.join(),
      '--reports',
      at,
      ...args,
    ]);
    const report = JSON.parse(readFileSync(join(at, 'report.json'), 'utf8')) as Report;
    const failed = report.requirements.filter(({ status }) => status === 'failed').map(({ id }) => id);
    return { ...outcome, report, failed };
  }

  test(
    'without a profile is held to what every exporter must do, and what it does not promise is listed',
    async () => {
      const { code, stdout, report, failed } = await verifyRelease('--bail');

      expect({ code, failed, profile: report.profile }).toEqual({ code: 0, failed: [], profile: 'core' });
      const outcomes = report.notPromised?.map(({ feature, outcome }) => [feature, outcome]);
      expect(Object.fromEntries(outcomes ?? [])).toMatchObject({
        'headless-service': 'not-met',
        'named-ports': 'met',
        'telemetry-port': 'not-met',
        'resource-limits': 'not-met',
        'tainted-control-plane': 'not-verified',
      });
      expect(stdout).toMatch(
        /would not be met: headless-service\n.*dns\/headless.*: expected only addresses of pods[\s\S]*?,\s+the\s+cluster\s+IP/,
      );
      expect(stdout).not.toMatch(/✗ +\d+\//);
    },
    seconds(180),
  );

  test(
    'is held to what a file promises for it',
    async () => {
      const promises = file('headless.yaml', 'extends: core\nname: ours\nfeatures: { headless-service: true }\n');
      const { code, report, failed } = await verifyRelease('--profile', promises);

      expect({ code, failed, profile: report.profile }).toEqual({ code: 1, failed: ['dns/headless'], profile: 'ours' });
      expect(report.notPromised?.map(({ feature }) => feature)).not.toContain('headless-service');
    },
    seconds(180),
  );
});
