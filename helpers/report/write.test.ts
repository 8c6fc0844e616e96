import { watch } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { knownIssues } from '../accounting/known-issue-table.ts';
import { seconds, waitFor } from '../wait.ts';
import { settle } from './merge.ts';
import { countsOf, type Report } from './model.ts';
import { conformantReport, sampleReport } from './testing/sample-report.ts';
import { verdictOf } from './verdict.ts';
import { writeReports } from './write.ts';

const schema: object = JSON.parse(await readFile(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({ strict: true, strictRequired: false, allErrors: true }).compile(schema);

function schemaErrors(report: unknown): string[] {
  return validate(report) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** A report as a run assembles it from raw results. */
function settledReport(infrastructure?: string): Report {
  const record = (id: string, needs: string[]) => ({
    id,
    area: 'dns',
    sentence: 'It answers.',
    level: 'must' as const,
    source: 'guide',
    needs,
    explainedBy: [],
  });
  const records = [
    record('dns/answers', []),
    record('dns/ports', ['dns/answers']),
    record('dns/domain', []),
    record('dns/names', []),
  ];
  const raw = [
    { id: 'dns/answers', status: 'failed' as const, durationMs: 5 },
    { id: 'dns/ports', status: 'blocked' as const, reason: 'needs dns/answers, which failed', durationMs: 0 },
  ];
  const facts = {
    notApplicable: new Map([['dns/domain', 'no such promise']]),
    skipped: new Map([['dns/names', 'not among --only dns/answers']]),
  };
  const { requirements, partial } = settle(raw, records, knownIssues, facts);
  return sampleReport({
    requirements,
    verdict: verdictOf(requirements, { infrastructure, partial }),
    ...(partial ? { partial } : {}),
    ...(infrastructure ? { reason: infrastructure } : {}),
  });
}

describe('the schema of report.json', () => {
  test.each([
    ['with a result of each kind', sampleReport()],
    ['of a conformant run', conformantReport()],
    ['settled from raw results', settledReport()],
    ['of a run that the cluster ended', settledReport('The API server stopped answering.')],
  ])('accepts the report %s', (_, report) => {
    expect(schemaErrors(report)).toEqual([]);
  });

  test.each([
    ['an unknown verdict', { ...sampleReport(), verdict: 'fine' }],
    ['an unknown property', { ...sampleReport(), score: 10 }],
    ['a verdict infrastructure without a reason', sampleReport({ verdict: 'infrastructure' })],
  ])('refuses %s', (_, report) => {
    expect(schemaErrors(report)).not.toEqual([]);
  });

  test('refuses a failure without an observation', () => {
    const requirements = sampleReport().requirements.map(({ observed: _, ...rest }) => rest);
    expect(schemaErrors(sampleReport({ requirements }))).toContain("/requirements/3 must have required property 'observed'");
  });
});

test('results are counted by their status, and consequences among the failures', () => {
  expect(countsOf(settledReport().requirements)).toMatchObject({
    passed: 0,
    failed: 1,
    blocked: 1,
    skipped: 1,
    notApplicable: 1,
  });
  expect(countsOf(sampleReport().requirements)).toMatchObject({ failed: 4, consequences: 1, blocked: 1, knownIssues: 1 });
});

describe('the reports of a run', () => {
  test('are four files in a directory that is created, and the JSON is the report itself', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'reports-'));
    try {
      const directory = join(parent, 'new');
      const paths = await writeReports(sampleReport(), directory);
      expect(await readdir(directory)).toEqual(['index.html', 'junit.xml', 'report.json', 'summary.md']);
      expect(paths.map((path) => path.slice(directory.length + 1)).sort()).toEqual(await readdir(directory));
      expect(JSON.parse(await readFile(join(directory, 'report.json'), 'utf8'))).toEqual(sampleReport());
    } finally {
      await rm(parent, { recursive: true });
    }
  });

  test('appear with report.json last, so that whoever reads its state finds the same in the others', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'reports-'));
    const renamed: string[] = [];
    const watcher = watch(directory, (_event, name) => void renamed.push(name ?? ''));
    try {
      await writeReports(sampleReport(), directory);
      const appeared = await waitFor({
        what: 'the names of the four files',
        within: seconds(5),
        every: 10,
        observe: async () => [...new Set(renamed)].filter((name) => !name.endsWith('.part')),
        until: (names) => names.length === 4,
        describe: (names) => names.join(', '),
      });
      expect(appeared.at(-1)).toBe('report.json');
    } finally {
      watcher.close();
      await rm(directory, { recursive: true });
    }
  });
});
