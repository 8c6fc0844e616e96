import { InfrastructureError } from '../errors.ts';
import { NotApplicable, RequirementFailure } from '../failure.ts';
import { ApiError } from '../kube/api-error.ts';
import { seconds } from '../wait.ts';
import type { AreaContext } from './context.ts';
import { expectedKnownIssues, knownIssueOf } from './match-known-issue.ts';
import type { RegisteredRequirement } from './registry.ts';
import { type Outcome, readResult, writeResult } from './result-file.ts';
import type { RunState } from './run-state.ts';

/** How long a requirement may take: well above the longest wait of any. */
const hardLimit = seconds(240);

/**
 * Verifies one requirement and writes its result where the command and the other workers find it. A prerequisite that failed only as
 * a known issue does not keep it from running.
 * @param run where results are written, and the versions that say which known issues are expected
 * @param context gives what the requirements of its spec file have in common
 * @throws what the verification throws, so that jest shows the failure as well
 */
export async function runRequirement(
  record: RegisteredRequirement,
  { directory, exporter, kubernetes }: Pick<RunState, 'directory' | 'exporter' | 'kubernetes'>,
  context: () => Promise<AreaContext>,
): Promise<void> {
  // What was skipped had an unmet need itself, which this one then has as well.
  const unmet = record.needs.map((id) => readResult(directory, id)).find((need) => need && !isMet(need));
  if (unmet !== undefined) {
    const reason = `${unmet.id} ${unmet.status === 'failed' ? 'failed' : 'was skipped'}`;
    writeResult(directory, { id: record.id, status: 'skipped', reason, durationMs: 0 });
    return;
  }
  const facts: string[] = [];
  const begun = performance.now();
  const expected = expectedKnownIssues({ exporter, kubernetes });
  const finish = (status: Outcome['status'], failure: Partial<Outcome> = {}) => {
    const durationMs = Math.round(performance.now() - begun);
    const observed = facts.length > 0 ? { observed: facts.join('; ') } : {};
    const result: Outcome = { id: record.id, status, durationMs, ...observed, ...failure };
    const isKnownIssue =
      status === 'failed' && result.infrastructure === undefined && knownIssueOf(expected, result) !== undefined;
    writeResult(directory, { ...result, ...(isKnownIssue && { isKnownIssue }) });
  };
  try {
    const shared = await context();
    await withinLimit(record.verify({ ...shared, observed: (fact) => facts.push(fact) }));
    finish('passed');
  } catch (error) {
    if (error instanceof NotApplicable) return finish('not-applicable', { reason: error.message });
    finish('failed', failureOf(error));
    throw error;
  }
}

/** What does not apply keeps nothing from being verified, whether that was known before or came out only now; nor does a known issue. */
function isMet({ status, isKnownIssue }: Outcome): boolean {
  return status === 'passed' || status === 'not-applicable' || isKnownIssue === true;
}

/** A body cannot be ended from outside: what it still comes to after the limit is of no account. */
async function withinLimit(verification: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const failure = new RequirementFailure(`an end within ${hardLimit / 1000} s`, 'it goes on');
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

/** The place in a spec or helper where an unforeseen error came from. */
function firstOwnFrame(stack: string): string {
  const frame = stack.split('\n').find((line) => line.includes('.ts:') && !line.includes('node_modules'));
  return frame?.trim().replace(/^at /, '') ?? 'the terminal output';
}
