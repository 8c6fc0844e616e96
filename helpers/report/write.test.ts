import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { knownIssues } from '../suite/known-issues.ts';
import { settle } from './merge.ts';
import { countsOf, type Report } from './model.ts';
import { conformantReport, sampleReport } from './testing/sample-report.ts';
import { verdictOf } from './verdict.ts';
import { writeReports } from './write.ts';

const schema: object = JSON.parse(await readFile(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({ strict: true, strictRequired: false, allErrors: true }).compile(schema);

function complaints(report: unknown): string[] {
  return validate(report) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** A report as a run makes it, from raw results on. */
function settledReport(infrastructure?: string): Report {
  const record = (id: string, needs: string[]) => ({
    id,
    area: 'dns',
    sentence: 'It answers.',
    level: 'must' as const,
    source: 'guide',
    needs,
  });
  const records = [
    record('dns/answers', []),
    record('dns/ports', ['dns/answers']),
    record('dns/domain', []),
    record('dns/names', []),
  ];
  const raw = records.slice(0, 2).map(({ id }) => ({ id, status: 'failed' as const, durationMs: 5 }));
  const facts = {
    notApplicable: new Map([['dns/domain', 'no such promise']]),
    leftOut: new Map([['dns/names', 'not asked for']]),
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
    ['of a run with one of everything', sampleReport()],
    ['of a conformant run', conformantReport()],
    ['settled from raw results', settledReport()],
    ['of a run that the cluster ended', settledReport('The API server stopped answering.')],
  ])('describes the report %s', (_, report) => {
    expect(complaints(report)).toEqual([]);
  });

  test.each([
    ['a verdict that does not exist', { ...sampleReport(), verdict: 'fine' }],
    ['a property that nobody described', { ...sampleReport(), score: 10 }],
    ['a cluster that failed without a word about it', sampleReport({ verdict: 'infrastructure' })],
  ])('refuses %s', (_, report) => {
    expect(complaints(report)).not.toEqual([]);
  });

  test('refuses a failure without what was observed', () => {
    const requirements = sampleReport().requirements.map(({ observed: _, ...rest }) => rest);
    expect(complaints(sampleReport({ requirements }))).toContain("/requirements/3 must have required property 'observed'");
  });
});

test('results are counted by what they were settled as', () => {
  expect(countsOf(settledReport().requirements)).toEqual({ passed: 0, failed: 1, skipped: 2, knownIssues: 0, notApplicable: 1 });
});

describe('the reports of a run', () => {
  test('are four files in a directory that need not be there, and the JSON is the report itself', async () => {
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
});
