import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepCluster } from '../helpers/cluster/kept.ts';
import type { GateDifference } from '../helpers/gate/difference.ts';
import { GATE_SCHEMA, type GateReport, gateCounts } from '../helpers/gate/report/model.ts';
import { writeGateReports } from '../helpers/gate/report/write.ts';
import type { RawObject } from '../helpers/kube/object.ts';
import { mutants } from '../helpers/mutation/mutants.ts';
import { writeRecord } from '../helpers/mutation/record.ts';
import { hideSecretsOf } from '../helpers/redaction/object.ts';
import { planted } from '../helpers/redaction/testing/planted.ts';
import { redactText } from '../helpers/redaction/text.ts';
import type { RequirementResult } from '../helpers/report/model.ts';
import { sampleReport } from '../helpers/report/testing/sample-report.ts';
import { writeReports } from '../helpers/report/write.ts';
import { declaredRequirements } from '../helpers/suite/declared.ts';
import { writeResult } from '../helpers/suite/result-file.ts';
import { type RunState, writeRunState } from '../helpers/suite/run-state.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'written-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Of a manifest's Secret, whose value a log may repeat without a word about what it is. */
const manifest: RawObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'planted' },
  stringData: { note: 'a note that nobody may read' },
};
hideSecretsOf([manifest]);

const secrets = [...Object.values(planted).map(({ secret }) => secret), 'a note that nobody may read'];
const quoted = `the log says:\n${[...Object.values(planted).map(({ text }) => text), 'a note that nobody may read'].join('\n')}`;

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** The secrets in any of the files, however the file quotes its texts; and that the files hold what was around them. */
function expectNoSecret(files: number): void {
  const texts = filesIn(directory).map((file) => readFileSync(file, 'utf8').replaceAll(/\\n|&#xA;|<br>/g, '\n'));
  expect(texts).toHaveLength(files);
  for (const text of texts) {
    expect(text).toContain('the log says');
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  }
}

test('no report of a run holds a secret that a failure quotes', async () => {
  const [first, ...rest] = sampleReport().requirements;
  const failed = { status: 'failed', observed: quoted, expected: quoted, actual: quoted, reason: quoted } as const;
  const requirements = [{ ...first, ...failed } as RequirementResult, ...rest];
  await writeReports(sampleReport({ requirements, reason: quoted, leftovers: [quoted] }), directory);

  expectNoSecret(4);
});

test('no report of the gate holds a secret that a difference quotes', async () => {
  const difference: GateDifference = {
    id: 'surface/family-gone/kube_planted',
    part: 'surface',
    sentence: quoted,
    severity: 'reject',
    advice: quoted,
    old: [quoted],
    new: [quoted],
  };
  const side = (version: string) => ({ image: `example.org/kube-state-metrics:${version}`, version, target: 'agent' });
  const report: GateReport = {
    schema: GATE_SCHEMA,
    state: 'complete',
    verdict: 'reject',
    evidence: 'live',
    from: side('v2.5.0'),
    to: side('v2.20.0'),
    cluster: { kind: 'k3s', image: 'node', kubernetes: 'v1.34.1', nodes: 1 },
    startedAt: '2030-01-01T00:00:00.000Z',
    durationMs: 1,
    phases: [],
    counts: gateCounts([difference]),
    differences: [difference],
    waivers: { unused: [], expired: [] },
    series: [],
    measures: [],
    sources: [],
    notVerified: [],
    leftovers: [quoted],
  };
  await writeGateReports(report, directory);

  expectNoSecret(3);
});

test('no record of mutants holds a secret, and neither does what a worker writes of a requirement', () => {
  writeRecord(directory, {
    evidence: 'simulated',
    kubernetes: 'v1.24.17',
    startedAt: '2030-01-01T00:00:00.000Z',
    durationMs: 1,
    judgements: [
      {
        name: 'planted',
        sentence: quoted,
        fate: 'error',
        expected: [],
        failed: [],
        observations: { planted: quoted },
        statuses: {},
        durationMs: 1,
      },
    ],
  });
  writeResult(directory, { id: 'dns/answers', status: 'failed', actual: quoted, durationMs: 1 });

  expectNoSecret(3);
});

test("what a run needs a secret for, its state and its kubeconfig, is for its owner's eyes alone", () => {
  const run = join(directory, 'reports', 'run');
  writeRunState({ directory: run, manifests: [manifest] } as Partial<RunState> as RunState);
  writeResult(run, { id: 'dns/answers', status: 'passed', durationMs: 1 });
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, 'a kubeconfig', { mode: 0o644 });
  keepCluster(run, kubeconfig, { run: 'a', image: 'k3s', agents: 0, domain: 'cluster.local', images: {} });

  const open = [run, ...filesIn(run)].filter((path) => (statSync(path).mode & 0o077) !== 0);
  expect(open).toEqual([join(run, 'kept-cluster.json')]);
  expect(filesIn(run)).toHaveLength(4);
});

test('the words of the suite itself pass as they are', async () => {
  const words = [
    ...(await declaredRequirements()).flatMap(({ sentence, source }) => [sentence, source]),
    ...Object.values(mutants).map(({ sentence }) => sentence),
  ];

  expect(words.length).toBeGreaterThan(200);
  expect(words.filter((sentence) => redactText(sentence) !== sentence)).toEqual([]);
});
