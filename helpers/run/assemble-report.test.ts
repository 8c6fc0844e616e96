import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { findWorkloads, nameOf } from '../exporter/find.ts';
import { knownTargets } from '../exporter/known.ts';
import { profiles } from '../exporter/profile.ts';
import { deriveTarget } from '../exporter/target.ts';
import type { Workload } from '../kube/workload.ts';
import { renderTerminal } from '../report/terminal.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { writeResult } from '../suite/result-file.ts';
import { assembleReport, settleSoFar, unfinishedReport } from './assemble-report.ts';
import type { Ending } from './ending.ts';
import { parseOptions } from './options.ts';
import { planWithout } from './plan.ts';

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

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'assembled-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('a failure of a second account leads to the role of that account, and one of the whole to the first', () => {
  const first = knownTargets.standard.rendering();
  const second = (text: string) => text.replaceAll('"kube-state-metrics"', '"second"').replaceAll('system:', '');
  const others = first.filter(({ kind }) => kind !== 'Namespace').map((object) => JSON.parse(second(JSON.stringify(object))));
  const target = deriveTarget([...first, ...others], { name: 'ours', workloads: 'any' });
  const [, later] = findWorkloads(target.objects);
  const [whole, account] = declared.map((each) => ({ ...each, area: 'access' })) as [DeclaredRequirement, DeclaredRequirement];
  const all = [whole, account];
  const subject = { target, profile: profiles.core, documented: false };
  const plan = planWithout(all, parseOptions(['--manifests', 'ours']), subject);
  const cluster = { kind: 'k3s', image: '', kubernetes: 'v1.34.1', nodes: 1, plan } as const;
  writeResult(directory, { id: whole.id, status: 'failed', actual: 'list pods', durationMs: 1 });
  writeResult(directory, {
    id: account.id,
    status: 'failed',
    actual: 'list pods',
    durationMs: 1,
    workload: nameOf(later as Workload),
  });

  const { requirements } = assembleReport({
    ...{ declared: all, subject, directory, cluster, phases: [], leftovers: [], startedAt: new Date() },
    ending: { state: 'complete' },
    diagnostics: 'diagnostics',
  });

  expect(requirements.map(({ see }) => see)).toEqual([
    'diagnostics/cluster/clusterrole-kube-state-metrics.yaml',
    'diagnostics/cluster/clusterrole-second.yaml',
  ]);
});

test.each([
  ['exposes none', new Map([['exposition/custom-resources', 'The exporter has no custom resource state.']]), undefined],
  ['exposes some', new Map<string, string>(), 'custom-resource-types-in-text'],
])('the absence of a known issue of custom resources, of an exporter that %s', (_, notApplicable, knownIssue) => {
  const all = [{ ...declared[0], id: 'exposition/reads-strictly', area: 'exposition' }] as readonly DeclaredRequirement[];
  const target = deriveTarget(knownTargets.standard.rendering(), { name: 'ours', image: 'exporter:v2.10.0' });
  const subject = { target, profile: profiles.core, documented: false };
  const plan = { ...planWithout(all, parseOptions(['--manifests', 'ours']), subject), notApplicable };
  const cluster = { kind: 'k3s', image: '', kubernetes: 'v1.34.1', nodes: 1, plan } as const;
  writeResult(directory, { id: 'exposition/reads-strictly', status: 'passed', durationMs: 1 });

  expect(settleSoFar({ declared: all, subject, directory, cluster }).requirements[0]?.knownIssue).toBe(knownIssue);
});

describe('what the profile does not promise', () => {
  test('neither counts nor makes the run one whose cluster failed, and is listed with why it would not be met', () => {
    const [headless, answers] = declared.map((each) => ({ ...each, feature: 'headless-service' as const }));
    const core = { ...declared[0], id: 'endpoints/metrics', area: 'endpoints' } as DeclaredRequirement;
    const all = [headless, answers, core] as readonly DeclaredRequirement[];
    const target = deriveTarget(knownTargets.standard.rendering(), { name: 'ours' });
    const subject = { target, profile: profiles.core, documented: false, triesUnpromised: true };
    const plan = planWithout(all, parseOptions(['--manifests', 'ours']), subject);
    const cluster = { kind: 'k3s', image: '', kubernetes: 'v1.34.1', nodes: 1, plan } as const;
    writeResult(directory, { id: 'endpoints/metrics', status: 'passed', durationMs: 1 });
    writeResult(directory, { id: 'dns/headless', status: 'failed', expected: 'pods', actual: '10.43.0.17', durationMs: 1 });
    writeResult(directory, { id: 'dns/answers', status: 'failed', infrastructure: 'refused', actual: 'refused', durationMs: 1 });

    const report = assembleReport({
      ...{ declared: all, subject, directory, cluster, phases: [], leftovers: [], startedAt: new Date() },
      ending: { state: 'complete' },
      diagnostics: undefined,
    });

    expect(validate(report) ? [] : validate.errors).toEqual([]);
    expect(report).toMatchObject({ verdict: 'conformant', counts: { passed: 1, failed: 0, notApplicable: 2 } });
    expect(report.notPromised).toMatchObject([
      {
        feature: 'headless-service',
        outcome: 'not-met',
        requirements: [
          { id: 'dns/headless', status: 'failed', expected: 'pods', actual: '10.43.0.17' },
          { id: 'dns/answers', status: 'skipped', reason: 'The cluster failed: refused' },
        ],
      },
    ]);
  });
});

test.each<[string, string[], Ending['state'], string]>([
  ['an audit', ['dns/answers'], 'complete', 'partial'],
  ['an audit that was cut off', ['dns/answers'], 'interrupted', 'partial'],
  ['a run of everything that was cut off', [], 'interrupted', 'nonconformant'],
])('the verdict of %s after a failure', (_, notAudited, state, verdict) => {
  const subject = {
    target: deriveTarget(knownTargets.standard.rendering(), { name: 'ours' }),
    profile: profiles.core,
    documented: false,
  };
  const plan = planWithout(declared, parseOptions(['--manifests', 'ours']), subject);
  const skipped = new Map(notAudited.map((id) => [id, 'An audit changes nothing and installs nothing.']));
  const cluster = { kind: 'kubeconfig', image: '', kubernetes: 'v1.34.1', nodes: 1, plan: { ...plan, skipped } } as const;
  writeResult(directory, { id: 'dns/headless', status: 'failed', expected: 'pods', actual: 'none', durationMs: 1 });

  const report = assembleReport({
    ...{ declared, subject, directory, cluster, phases: [], leftovers: [], startedAt: new Date() },
    ending: { state },
    diagnostics: undefined,
  });

  expect(report.verdict).toBe(verdict);
});

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
