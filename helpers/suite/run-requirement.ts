import { InfrastructureError } from '../errors.ts';
import { NotApplicable, RequirementFailure } from '../failure.ts';
import { ApiError } from '../kube/api-error.ts';
import { type FinishedWait, recordingWaits, seconds } from '../wait.ts';
import type { AreaContext } from './context.ts';
import type { RegisteredRequirement } from './declared.ts';
import { expectedKnownIssues, knownIssueOf } from './known-failures.ts';
import { type Outcome, readResult, writeResult } from './result-file.ts';
import type { RunState } from './run-state.ts';

/** How long a requirement may take for one workload, in milliseconds: well above the longest wait of any. */
const hardLimit = seconds(240);

/** The same in an audit, in which what reads a whole cluster takes turns: one of 100,000 pods takes some minutes. */
const hardLimitOfAudit = seconds(1200);

/**
 * Verifies one requirement and writes its result where the command and the other workers find it.
 * @param run where results are written, and the versions by which known issues are expected
 * @param context makes or returns what the requirements of its spec file share
 * @param recordsWaits whether the result has what the body waited for, for the trace of a run: Node.js 20 then follows every promise of the
 *   process, which costs a tenth of its CPU
 * @throws what the body throws, so that jest shows the failure as well
 */
export async function runRequirement(
  record: RegisteredRequirement,
  {
    audit,
    directory,
    exporter,
    kubernetes,
    notPromised = [],
  }: Pick<RunState, 'audit' | 'directory' | 'exporter' | 'kubernetes' | 'notPromised'>,
  context: () => Promise<AreaContext>,
  recordsWaits = true,
): Promise<void> {
  // What is not promised keeps nothing that is promised from being verified.
  const needs = notPromised.includes(record.id) ? record.needs : record.needs.filter((id) => !notPromised.includes(id));
  const unmet = unmetNeed(needs.map((id) => readResult(directory, id)));
  if (unmet !== undefined) {
    const reason = `needs ${unmet.id}, which ${shortfallOf(unmet)}`;
    writeResult(directory, { id: record.id, status: 'blocked', reason, durationMs: 0 });
    return;
  }
  const facts: string[] = [];
  const failing: string[] = [];
  const waits: FinishedWait[] = [];
  const startedAt = new Date().toISOString();
  const begun = performance.now();
  const expected = expectedKnownIssues({ exporter, kubernetes });
  const finish = (status: Outcome['status'], failure: Partial<Outcome> = {}) => {
    const durationMs = Math.round(performance.now() - begun);
    const observed = facts.length > 0 ? { observed: facts.join('; ') } : {};
    const result: Outcome = {
      id: record.id,
      status,
      startedAt,
      durationMs,
      ...observed,
      ...failure,
      ...(recordsWaits && { waits }),
    };
    const isKnownIssue =
      status === 'failed' && result.infrastructure === undefined && knownIssueOf(expected, result) !== undefined;
    writeResult(directory, { ...result, ...(isKnownIssue && { isKnownIssue }) });
  };
  try {
    const shared = await context();
    const each = subjectsOf(record, shared);
    const body = () => verifyEach(record, each, { facts, failing });
    const verified = recordsWaits ? recordingWaits((wait) => waits.push(wait), body) : body();
    await withinLimit(verified, (audit ? hardLimitOfAudit : hardLimit) * each.length);
    finish('passed');
  } catch (error) {
    if (error instanceof NotApplicable) return finish('not-applicable', { reason: error.message });
    const [workload] = failing;
    finish('failed', { ...failureOf(error), ...(workload !== undefined && { workload }) });
    throw error;
  }
}

/**
 * The need that blocks a requirement.
 * @param outcomes of what it needs, as far as known; without a result, a need blocks nothing: it is not verified in this run
 * @returns the first that neither passed nor is not applicable; a known issue blocks nothing
 */
export function unmetNeed(outcomes: readonly (Outcome | undefined)[]): Outcome | undefined {
  return outcomes.find(
    (need) => need && need.status !== 'passed' && need.status !== 'not-applicable' && need.isKnownIssue !== true,
  );
}

function shortfallOf({ status, infrastructure }: Outcome): string {
  if (infrastructure !== undefined) return 'was not verified, as the cluster failed';
  return status === 'failed' ? 'failed' : `was ${status}`;
}

/** The contexts for each of which a requirement is verified. */
export function subjectsOf(
  { whole, byAccount }: Pick<RegisteredRequirement, 'whole' | 'byAccount'>,
  shared: AreaContext,
): readonly AreaContext[] {
  if (whole) return [shared];
  return (byAccount ? shared.eachAccount : shared.each) ?? [shared];
}

/**
 * Verifies a requirement for each workload, or each account, one after the other.
 * @param facts receives the observations, each with its workload where there are several
 * @param failing receives the workload of each failure where there are several; of an account, the first
 * @throws RequirementFailure with the failures of all workloads, NotApplicable where it applies to none, or what is no finding at all
 */
async function verifyEach(
  record: RegisteredRequirement,
  contexts: readonly AreaContext[],
  { facts, failing }: { readonly facts: string[]; readonly failing: string[] },
): Promise<void> {
  const failures: { readonly name: string; readonly failure: RequirementFailure }[] = [];
  const objections: NotApplicable[] = [];
  const isOne = contexts.length === 1;
  for (const context of contexts) {
    const name = isOne ? '' : (context.subject ?? context.exporter.name);
    try {
      await record.verify({ ...context, observed: (fact) => facts.push(isOne ? fact : `${name}: ${fact}`) });
    } catch (error) {
      if (isOne) throw error;
      if (error instanceof NotApplicable) objections.push(error);
      else if (error instanceof RequirementFailure) {
        failures.push({ name, failure: error });
        failing.push(context.exporter.name);
      } else throw error;
    }
  }
  const [objection] = objections;
  if (objection && objections.length === contexts.length) throw objection;
  const [first] = failures;
  if (first === undefined) return;
  const expected = [...new Set(failures.map(({ failure }) => failure.expected))].join('; ');
  const actual = failures.map(({ name, failure }) => prefixed(name, failure.actual)).join('\n');
  throw new RequirementFailure(expected, actual, first.failure.see);
}

/** Each line with the name of its workload. */
function prefixed(name: string, lines: string): string {
  return lines
    .split('\n')
    .map((line) => `${name}: ${line}`)
    .join('\n');
}

/** A body cannot be aborted from outside: its result after the limit is ignored. */
async function withinLimit(verification: Promise<void>, limit: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const failure = new RequirementFailure(`a result within ${limit / 1000} s`, 'none, the body is still running');
    timer = setTimeout(() => reject(failure), limit);
  });
  try {
    await Promise.race([verification, late]);
  } finally {
    clearTimeout(timer);
  }
}

function failureOf(error: unknown): Partial<Outcome> {
  if (error instanceof RequirementFailure) {
    const { expected, actual, see } = error;
    return { expected, actual, ...(see === undefined ? {} : { see }) };
  }
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  // A requirement that expects a refusal catches it; any other concerns the suite's own requests, not the exporter.
  if (error instanceof InfrastructureError || error instanceof ApiError) return { infrastructure: message, actual: message };
  return { expected: 'to verify the requirement', actual: message, see: firstOwnFrame(stack) };
}

/** The line of a spec or helper that threw an unforeseen error. */
function firstOwnFrame(stack: string): string {
  const frame = stack.split('\n').find((line) => line.includes('.ts:') && !line.includes('node_modules'));
  return frame?.trim().replace(/^at /, '') ?? 'the terminal output';
}
