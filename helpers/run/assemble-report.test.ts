import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { renderTerminal } from '../report/terminal.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { unfinishedReport } from './assemble-report.ts';
import type { Ending } from './ending.ts';
import { parseOptions } from './options.ts';

const schema: object = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({ strict: true, strictRequired: false, allErrors: true }).compile(schema);

const declared: readonly DeclaredRequirement[] = ['dns/headless', 'dns/answers'].map((id) => ({
  id,
  area: 'dns',
  sentence: 'It answers.',
  level: 'must',
  source: 'guide',
  feature: 'core',
  needs: [],
  explainedBy: [],
  serial: false,
  file: 'specs/dns.spec.ts',
  verify: async () => undefined,
}));

test.each<[string, string[], Ending, string]>([
  ['that has started', [], { state: 'started' }, 'partial'],
  ['of manifests', ['--manifests', 'deploy'], { state: 'started', reason: 'They do not render.' }, 'partial'],
  ['that was interrupted', [], { state: 'interrupted', reason: 'The run was ended by SIGINT.' }, 'partial'],
  ['that crashed', ['--image', 'v2.6.0'], { state: 'crashed', reason: 'The suite itself failed: x' }, 'partial'],
  ['whose cluster failed', [], { state: 'complete', infrastructure: 'The API server is gone.' }, 'infrastructure'],
])('the report of a run %s is valid by its schema, and no requirement counts as verified', (_, args, ending, verdict) => {
  const options = parseOptions(args);
  const report = unfinishedReport({ options, declared, startedAt: new Date() }, ending, ['namespace x']);

  expect(validate(report) ? [] : validate.errors).toEqual([]);
  expect(report).toMatchObject({ verdict, state: ending.state, partial: 'unverified', leftovers: ['namespace x'] });
  expect(report.counts).toEqual({
    passed: 0,
    failed: 0,
    consequences: 0,
    blocked: 0,
    skipped: 2,
    knownIssues: 0,
    notApplicable: 0,
  });
  expect(renderTerminal(report, { width: 120, colour: false })).toContain(
    ending.infrastructure ?? ending.reason ?? 'did not complete',
  );
});
