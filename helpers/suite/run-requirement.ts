import { InfrastructureError } from '../errors.ts';
import { NotApplicable, RequirementFailure } from '../failure.ts';
import { ApiError } from '../kube/api-error.ts';
import { type FinishedWait, recordingWaits, seconds } from '../wait.ts';
import type { AreaContext } from './context.ts';
import type { RegisteredRequirement } from './declared.ts';
import { expectedKnownIssues, knownIssueOf } from './known-issues.ts';
import { type Outcome, readResult, writeResult } from './result-file.ts';
import type { RunState } from './run-state.ts';

/** How long a requirement may take, in milliseconds: well above the longest wait of any. */
const hardLimit = seconds(240);

/**
 * Verifies one requirement and writes its result where the command and the other workers find it.
 * @param run where results are written, and the versions by which known issues are expected
 * @param context makes or returns what the requirements of its spec file share
 * @throws what the body throws, so that jest shows the failure as well
 */
export async function runRequirement(
  record: RegisteredRequirement,
  { directory, exporter, kubernetes }: Pick<RunState, 'directory' | 'exporter' | 'kubernetes'>,
  context: () => Promise<AreaContext>,
): Promise<void> {
  const unmet = unmetNeed(record.needs.map((id) => readResult(directory, id)));
  if (unmet !== undefined) {
    const reason = `needs ${unmet.id}, which ${unmet.status === 'failed' ? 'failed' : `was ${unmet.status}`}`;
    writeResult(directory, { id: record.id, status: 'blocked', reason, durationMs: 0 });
    return;
  }
  const facts: string[] = [];
  const waits: FinishedWait[] = [];
  const startedAt = new Date().toISOString();
  const begun = performance.now();
  const expected = expectedKnownIssues({ exporter, kubernetes });
  const finish = (status: Outcome['status'], failure: Partial<Outcome> = {}) => {
    const durationMs = Math.round(performance.now() - begun);
    const observed = facts.length > 0 ? { observed: facts.join('; ') } : {};
    const result: Outcome = { id: record.id, status, startedAt, durationMs, ...observed, ...failure, waits };
    const isKnownIssue =
      status === 'failed' && result.infrastructure === undefined && knownIssueOf(expected, result) !== undefined;
    writeResult(directory, { ...result, ...(isKnownIssue && { isKnownIssue }) });
  };
  try {
    const shared = await context();
    const body = () => record.verify({ ...shared, observed: (fact) => facts.push(fact) });
    await withinLimit(recordingWaits((wait) => waits.push(wait), body));
    finish('passed');
  } catch (error) {
    if (error instanceof NotApplicable) return finish('not-applicable', { reason: error.message });
    finish('failed', failureOf(error));
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

/** A body cannot be aborted from outside: its result after the limit is ignored. */
async function withinLimit(verification: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const failure = new RequirementFailure(`a result within ${hardLimit / 1000} s`, 'none, the body is still running');
    timer = setTimeout(() => reject(failure), hardLimit);
  });
  try {
    await Promise.race([verification, limit]);
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
