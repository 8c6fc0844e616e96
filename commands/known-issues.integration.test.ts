import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exporterContainer, findDeployment } from '../helpers/exporter/find.ts';
import { knownTargets } from '../helpers/exporter/known.ts';
import type { Report } from '../helpers/report/model.ts';
import { seconds } from '../helpers/wait.ts';
import { startCommand } from './testing/command.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'known-issues-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Verifies v2.5.0 on Kubernetes 1.34, where it exposes no HorizontalPodAutoscaler, with these further arguments. */
async function verify(...args: readonly string[]) {
  const objects = structuredClone(knownTargets.agent.rendering());
  const container = exporterContainer(findDeployment(objects));
  Object.assign(container, { args: [...(container.args ?? []), ...args] });
  const manifests = join(directory, 'manifests.yaml');
  writeFileSync(manifests, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
  const reports = join(directory, 'reports');
  const { code, stdout } = await startCommand('e2e', [
    ...['--cluster', 'simulated', '--k3s-image', 'x:v1.34.1', '--manifests', manifests, '--reports', reports],
    ...['--only', 'consumers/metric-groups,consumers/documented-metrics'],
  ]).ended;
  const { requirements } = JSON.parse(readFileSync(join(reports, 'report.json'), 'utf8')) as Report;
  const resultOf = (id: string) => requirements.find((requirement) => requirement.id === id);
  return { code, stdout, groups: resultOf('consumers/metric-groups'), metrics: resultOf('consumers/documented-metrics') };
}

test(
  'what needs a requirement with a known issue is verified, and its own known issue is no failure',
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
  'a denylist is a failure where a known issue is beside it',
  async () => {
    const { code, groups, metrics } = await verify('--metric-denylist=kube_job_owner');

    expect(groups).toMatchObject({ status: 'known-issue' });
    expect(metrics).toMatchObject({ status: 'failed', actual: expect.stringContaining('kube_job_owner has no sample') });
    expect(code).toBe(1);
  },
  seconds(120),
);
