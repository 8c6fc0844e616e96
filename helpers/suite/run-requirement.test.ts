import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InfrastructureError } from '../errors.ts';
import { NotApplicable, RequirementFailure } from '../failure.ts';
import { waitFor } from '../wait.ts';
import type { AreaContext } from './context.ts';
import type { RegisteredRequirement } from './declared.ts';
import { type Outcome, readResult, writeResult } from './result-file.ts';
import { runRequirement, unmetNeed } from './run-requirement.ts';

/** Versions for which a known issue is declared: no HorizontalPodAutoscaler is exposed. */
const versions = { exporter: 'v2.5.0', kubernetes: 'v1.34.1+k3s1' };
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'requirement-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

interface Settings {
  readonly whole: boolean;
  readonly byAccount: boolean;
  readonly context: object;
  readonly notPromised: readonly string[];
  readonly recordsWaits: boolean;
  readonly audit: { readonly unreadable: readonly string[] };
}

/** Runs a requirement with this body; returns what it threw, and the result that was written. */
async function resultOf(
  verify: RegisteredRequirement['verify'],
  needs: readonly string[] = [],
  id = 'dns/answers',
  { whole = false, byAccount = false, context = {}, notPromised = [], recordsWaits = true, audit }: Partial<Settings> = {},
) {
  const record: RegisteredRequirement = {
    id,
    area: 'dns',
    sentence: 'It answers.',
    level: 'must',
    source: 'a test',
    feature: 'core',
    serial: false,
    ...(whole && { whole }),
    ...(byAccount && { byAccount }),
    needs,
    explainedBy: [],
    verify,
  };
  const state = { directory, notPromised, ...versions, ...(audit && { audit }) };
  const thrown = await runRequirement(record, state, async () => context as AreaContext, recordsWaits).then(
    () => undefined,
    (error: Error) => error,
  );
  return { thrown, result: readResult(directory, record.id) };
}

test('observations are in the result', async () => {
  const { thrown, result } = await resultOf(async ({ observed }) => {
    observed('3 records');
    observed('one port');
  });
  expect(thrown).toBeUndefined();
  expect(result).toMatchObject({ id: 'dns/answers', status: 'passed', observed: '3 records; one port' });
});

test('the result has the start, and every wait of the body, of a requirement that fails as well', async () => {
  const body = async () => {
    await waitFor({ what: 'a record', within: 0, observe: async () => 1, until: () => true, describe: String });
    await waitFor({ what: 'a second record', within: 0, observe: async () => 1, until: () => false, describe: String });
  };
  const { result } = await resultOf(body);

  expect(result).toMatchObject({ status: 'failed', startedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
  expect(result?.waits?.map(({ what }) => what)).toEqual(['a record', 'a second record']);
  expect((await resultOf(body, [], 'dns/answers', { recordsWaits: false })).result).not.toHaveProperty('waits');
});

test('a failure has expected, actual and the file to open, and is thrown to jest', async () => {
  const failure = new RequirementFailure('two records', 'one', 'events.txt');
  const { thrown, result } = await resultOf(() => Promise.reject(failure));
  expect(thrown).toBe(failure);
  expect(result).toMatchObject({ status: 'failed', expected: 'two records', actual: 'one', see: 'events.txt' });
});

test('a cluster that fails is not the exporter’s failure', async () => {
  const { result } = await resultOf(() => Promise.reject(new InfrastructureError('The API server is gone.')));
  expect(result).toMatchObject({ infrastructure: 'The API server is gone.', actual: 'The API server is gone.' });
});

test('what the cluster keeps from being judged is not applicable, and blocks nothing', async () => {
  const { thrown, result } = await resultOf(() => Promise.reject(new NotApplicable('Nothing shows the user.')));
  expect(thrown).toBeUndefined();
  expect(result).toMatchObject({ status: 'not-applicable', reason: 'Nothing shows the user.' });

  writeResult(directory, { id: 'hardening/user', status: 'not-applicable', durationMs: 1 });
  expect((await resultOf(async () => undefined, ['hardening/user'])).result).toMatchObject({ status: 'passed' });
});

test('an unforeseen error is a failure with the line that threw it', async () => {
  const { result } = await resultOf(() => Promise.reject(new TypeError('no such thing')));
  expect(result).toMatchObject({ status: 'failed', actual: 'no such thing' });
  expect(result?.see).toContain('run-requirement.test.ts');
});

test('a thrown value that is no Error is a failure', async () => {
  const { result } = await resultOf(() => Promise.reject('words'));
  expect(result).toMatchObject({ status: 'failed', actual: 'words', see: expect.any(String) });
});

test.each([
  ['failed', undefined, 'needs probes/becomes-ready, which failed'],
  ['failed', 'refused', 'needs probes/becomes-ready, which was not verified, as the cluster failed'],
  ['blocked', undefined, 'needs probes/becomes-ready, which was blocked'],
] as const)('it is blocked when what it needs %s, the cluster %s', async (status, infrastructure, reason) => {
  writeResult(directory, { id: 'probes/becomes-ready', status, ...(infrastructure && { infrastructure }), durationMs: 1 });
  const body = () => Promise.reject(new Error('verified nevertheless'));
  expect((await resultOf(body, ['probes/becomes-ready'])).result).toMatchObject({ status: 'blocked', reason });
});

test('what is not promised blocks nothing that is promised', async () => {
  writeResult(directory, { id: 'dns/headless', status: 'failed', durationMs: 1 });
  const among = (...notPromised: string[]) => resultOf(async () => undefined, ['dns/headless'], 'dns/answers', { notPromised });

  expect((await among('dns/headless')).result).toMatchObject({ status: 'passed' });
  expect((await among('dns/headless', 'dns/answers')).result).toMatchObject({ status: 'blocked' });
});

test('it is verified when what it needs passed, or was not selected', async () => {
  writeResult(directory, { id: 'probes/becomes-ready', status: 'passed', durationMs: 1 });
  const { result } = await resultOf(async () => undefined, ['probes/becomes-ready', 'probes/not-selected']);
  expect(result).toMatchObject({ status: 'passed' });
});

test('a failure that is exactly a known issue blocks nothing', async () => {
  const missing = new RequirementFailure('every sample', 'kube_horizontalpodautoscaler_info: missing');
  const { result: known } = await resultOf(() => Promise.reject(missing), [], 'exposition/horizontalpodautoscaler');
  const { result: dependent } = await resultOf(async () => undefined, ['exposition/horizontalpodautoscaler']);

  expect(known).toMatchObject({ status: 'failed', isKnownIssue: true });
  expect(dependent).toMatchObject({ status: 'passed' });
});

test('a second fault beside a known issue is a failure, and blocks what needs it', async () => {
  const more = new RequirementFailure('every sample', 'kube_horizontalpodautoscaler_info: missing\nkube_pod_info: missing');
  const { result: failed } = await resultOf(() => Promise.reject(more), [], 'exposition/horizontalpodautoscaler');
  const { result: dependent } = await resultOf(async () => undefined, ['exposition/horizontalpodautoscaler']);

  expect(failed).not.toHaveProperty('isKnownIssue');
  expect(dependent).toMatchObject({ status: 'blocked', reason: 'needs exposition/horizontalpodautoscaler, which failed' });
});

test('the unmet need is the first that failed, was blocked or was skipped, and is no known issue', () => {
  const outcome = (id: string, status: Outcome['status'], isKnownIssue = false) => ({ id, status, durationMs: 1, isKnownIssue });
  const met = [outcome('a/passed', 'passed'), outcome('a/inapplicable', 'not-applicable'), outcome('a/known', 'failed', true)];
  expect(unmetNeed([undefined, ...met])).toBeUndefined();
  for (const status of ['failed', 'blocked', 'skipped'] as const) {
    expect(unmetNeed([...met, outcome('a/unmet', status), outcome('a/later', 'failed')])?.id).toBe('a/unmet');
  }
});

describe('of several workloads', () => {
  const workload = (name: string) => ({ exporter: { name } });
  const account = (subject: string) => ({ ...workload('Deployment m/a'), subject });
  const context = {
    ...workload('whole'),
    each: [workload('Deployment m/a'), workload('Deployment m/b')],
    eachAccount: [account('Deployment m/a, Deployment m/b'), account('Deployment m/c')],
  };
  const verified = (verify: RegisteredRequirement['verify'], scope: { whole?: boolean; byAccount?: boolean } = {}) =>
    resultOf(verify, [], 'dns/answers', { ...scope, context });

  test('each is verified, and its observations and failures have its name', async () => {
    const passed = await verified(async ({ observed }) => observed('3 records'));
    const failed = await verified(async ({ exporter }) => {
      throw new RequirementFailure('two records', exporter.name.endsWith('b') ? 'one\nor none' : 'none');
    });

    expect(passed.result?.observed).toBe('Deployment m/a: 3 records; Deployment m/b: 3 records');
    expect(failed.result).toMatchObject({
      status: 'failed',
      expected: 'two records',
      actual: 'Deployment m/a: none\nDeployment m/b: one\nDeployment m/b: or none',
    });
  });

  test('one that fails is the failure of the requirement, whatever the others do', async () => {
    const { result } = await verified(async ({ exporter }) => {
      if (exporter.name.endsWith('b')) throw new RequirementFailure('two records', 'one');
      throw new NotApplicable('It has no records.');
    });

    expect(result).toMatchObject({ status: 'failed', actual: 'Deployment m/b: one', workload: 'Deployment m/b' });
  });

  test('it is not applicable where it applies to none of them', async () => {
    const { result } = await verified(() => Promise.reject(new NotApplicable('It has no records.')));

    expect(result).toMatchObject({ status: 'not-applicable', reason: 'It has no records.' });
  });

  test('a requirement about the whole is verified once', async () => {
    const { result } = await verified(async ({ exporter, observed }) => observed(exporter.name), { whole: true });

    expect(result?.observed).toBe('whole');
  });

  test('a requirement about an account is verified for each, and its failures have the names of its workloads', async () => {
    const { result } = await verified(
      async () => {
        throw new RequirementFailure('every list', 'list pods');
      },
      { byAccount: true },
    );

    expect(result?.actual).toBe('Deployment m/a, Deployment m/b: list pods\nDeployment m/c: list pods');
  });
});

test.each([
  ['a run', {}, 240],
  ['an audit, in which what reads everything takes turns', { audit: { unreadable: [] } }, 1200],
])('a requirement without a result fails: %s', async (_, settings, limit) => {
  import.meta.jest.useFakeTimers({ doNotFake: ['performance'] });
  try {
    const running = resultOf(() => new Promise(() => undefined), [], 'dns/answers', settings);
    await import.meta.jest.advanceTimersByTimeAsync((limit - 1) * 1000);
    expect(readResult(directory, 'dns/answers')).toBeUndefined();
    await import.meta.jest.advanceTimersByTimeAsync(1000);

    expect((await running).result).toMatchObject({ status: 'failed', expected: `a result within ${limit} s` });
  } finally {
    import.meta.jest.useRealTimers();
  }
});
