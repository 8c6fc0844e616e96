import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { assembleReport } from './assemble.ts';
import { deviations } from './deviations.ts';
import { settle } from './merge.ts';
import type { Report } from './model.ts';
import { conformantReport, sampleReport } from './testing/sample-report.ts';
import { writeReports } from './write.ts';

const schema: object = JSON.parse(await readFile(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({ strict: true, strictRequired: false, allErrors: true }).compile(schema);

function complaints(report: unknown): string[] {
  return validate(report) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** A report as a run makes it, from raw results on. */
function madeReport(run: { infrastructure?: string; asked?: string }): Report {
  const record = (id: string, needs: string[]) => ({
    id,
    area: 'dns',
    sentence: 'It answers.',
    level: 'must' as const,
    source: 'guide',
    needs,
  });
  const records = [record('dns/answers', []), record('dns/ports', ['dns/answers']), record('dns/domain', [])];
  const raw = [
    { id: 'dns/answers', status: 'failed' as const, durationMs: 5 },
    { id: 'dns/ports', status: 'failed' as const, durationMs: 5 },
  ];
  const { requirements: _, verdict: __, schema: ___, counts: ____, ...told } = sampleReport();
  return assembleReport(settle(raw, records, deviations, { notApplicable: new Map([['dns/domain', 'no such promise']]) }), {
    ...told,
    ...run,
  });
}

describe('the schema of report.json', () => {
  test.each([
    ['of a run with one of everything', sampleReport()],
    ['of a conformant run', conformantReport()],
    ['made from raw results', madeReport({})],
    ['of a run that the cluster ended', madeReport({ infrastructure: 'The API server stopped answering.' })],
    ['of a part', madeReport({ asked: 'Only dns was asked for.' })],
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

test('a report that is made counts its results and gives the verdict its reason', () => {
  expect(madeReport({})).toMatchObject({ verdict: 'nonconformant', counts: { failed: 1, skipped: 1, notApplicable: 1 } });
  expect(madeReport({ infrastructure: 'It broke.' })).toMatchObject({ verdict: 'infrastructure', reason: 'It broke.' });
  expect(madeReport({ asked: 'Only dns was asked for.' })).toMatchObject({
    verdict: 'partial',
    partial: 'asked',
    reason: 'Only dns was asked for.',
  });
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
