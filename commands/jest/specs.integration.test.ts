import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { knownTargets } from '../../helpers/exporter/known.ts';
import type { Report } from '../../helpers/report/model.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

const limit = seconds(120);
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'jest-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Starts jest as a person would, in a directory where its reports disturb nobody. */
function startJest(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const jest = [
    resolve('node_modules/jest/bin/jest.js'),
    '--config',
    resolve('jest.config.ts'),
    '--selectProjects',
    'specs',
    ...args,
  ];
  const child = spawn(process.execPath, jest, {
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, CONFORMANCE_CLUSTER: 'simulated', ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; output: string }>((settle, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => settle({ code, signal, output }));
  });
  return { child, ended };
}

const reportFile = () => join(directory, 'reports/report.json');
const report = () => JSON.parse(readFileSync(reportFile(), 'utf8')) as Report;

test(
  'jest verifies the files and the tests that it is given, by name, and removes what it created',
  async () => {
    const { code, output } = await startJest(['specs/dns', '-t', 'dns/headless']).ended;

    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('✓ dns/headless: ') });
    expect(output).toMatch(/Tests: +5 skipped, 1 passed, 6 total/);
    expect(report()).toMatchObject({ state: 'complete', partial: 'selected', leftovers: [], counts: { passed: 1, failed: 0 } });
  },
  limit,
);

test(
  'a defect is a failed test that shows what was expected, what was observed, and where to read on',
  async () => {
    const manifests = join(directory, 'manifests.yaml');
    const objects = knownTargets.agent.rendering().map((object) => {
      return object.kind === 'Service'
        ? { ...object, spec: { ...(object as { spec?: object }).spec, clusterIP: undefined } }
        : object;
    });
    writeFileSync(manifests, objects.map((object) => JSON.stringify(object)).join('\n---\n'));

    const { code, output } = await startJest(['specs/dns', '-t', 'headless'], {
      CONFORMANCE_MANIFESTS: manifests,
      CONFORMANCE_PROFILE: 'agent',
    }).ended;

    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('● dns/headless: The Service') });
    expect(output).toMatch(/expected +only addresses of pods/);
    expect(output).toMatch(/actual +10\.\d+\.\d+\.\d+, the cluster IP of mntr-agent-kube-state-metrics/);
    expect(output).toMatch(/see +reports\/diagnostics\/monitoring\/service-mntr-agent-kube-state-metrics\.yaml/);
  },
  limit,
);

test(
  'where no selected requirement applies, the run fails and prints why',
  async () => {
    const { code, output } = await startJest(['specs/secured', '-t', 'secured/upstreams']).ended;

    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringContaining('Nothing was verified, as no selected requirement'),
    });
    expect(output).toContain('  secured/upstreams: No kube-rbac-proxy is in front of the exporter.\n');
  },
  limit,
);

test(
  'a variable that does not exist is one sentence, and no test passes',
  async () => {
    const { code, output } = await startJest(['specs/dns'], { CONFORMANCE_TARGTE: 'agent' }).ended;

    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringContaining('There is no environment variable CONFORMANCE_TARGTE'),
    });
    expect(output).not.toContain('PASS');
    expect(existsSync(reportFile())).toBe(false);
  },
  limit,
);

test.each(['SIGINT', 'SIGKILL'] as const)(
  '%s removes what the run created and leaves a report',
  async (signal) => {
    const jest = startJest(['specs/probes']);
    await waitFor({
      what: 'a result of the run',
      within: seconds(60),
      every: 20,
      observe: async () => existsSync(join(directory, 'reports/run/results')),
      until: (there) => there,
      describe: () => 'none',
    });
    jest.child.kill(signal);

    expect((await jest.ended).signal).toBe(signal);
    await waitFor({
      what: 'the end of the run',
      within: seconds(60),
      every: 20,
      observe: async () => report().state,
      until: (state) => state === 'interrupted',
      describe: (state) => state,
    });
    expect(report()).toMatchObject({ leftovers: [] });
    expect(report().phases.map(({ name }) => name)).toContain('removing what the run created');
  },
  limit,
);
