import { InfrastructureError } from '../errors.ts';
import { currentRun } from '../run/current-run.ts';
import { RequirementFailure } from './failure.ts';
import type { RequirementRecord } from './record.ts';
import { type Outcome, readResult, writeResult } from './result-file.ts';

type Observe = (fact: string) => void;

/**
 * Verifies one requirement and writes its result where the command and the other workers find it.
 * @throws what the verification throws, so that jest shows the failure as well
 */
export async function runRequirement(record: RequirementRecord, verify: (observe: Observe) => Promise<void>): Promise<void> {
  const { directory } = currentRun();
  // What was skipped had an unmet need itself, which this one then has as well.
  const unmet = record.needs.map((id) => readResult(directory, id)).find((need) => need && need.status !== 'passed');
  if (unmet !== undefined) {
    const reason = `${unmet.id} ${unmet.status === 'failed' ? 'failed' : 'was skipped'}`;
    writeResult(directory, { id: record.id, status: 'skipped', reason, durationMs: 0 });
    return;
  }
  const facts: string[] = [];
  const begun = performance.now();
  const finish = (result: Pick<Outcome, 'status'> & Partial<Outcome>) =>
    writeResult(directory, {
      id: record.id,
      durationMs: Math.round(performance.now() - begun),
      ...(facts.length > 0 ? { observed: facts.join('; ') } : {}),
      ...result,
    });
  try {
    await verify((fact) => facts.push(fact));
    finish({ status: 'passed' });
  } catch (error) {
    finish({ status: 'failed', ...failureOf(error) });
    throw error;
  }
}

function failureOf(error: unknown): Partial<Outcome> {
  if (error instanceof RequirementFailure) {
    const { wanted, seen, lookAt } = error;
    return { wanted, seen, ...(lookAt === undefined ? {} : { lookAt }) };
  }
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof InfrastructureError) return { infrastructure: message, seen: message };
  return { wanted: 'to verify the requirement', seen: message, lookAt: firstOwnFrame(stack) };
}

/** The place in a spec or helper where an unforeseen error came from. */
function firstOwnFrame(stack: string): string {
  const frame = stack.split('\n').find((line) => line.includes('.ts:') && !line.includes('node_modules'));
  return frame?.trim().replace(/^at /, '') ?? 'the terminal output';
}
