import type { ReportState } from '../report/model.ts';
import { type ExitCode, INFRASTRUCTURE_EXIT_CODE, SUITE_EXIT_CODE } from '../report/verdict.ts';
import type { GateDifference } from './difference.ts';

/** Whether the candidate may replace the old release. */
export type GateVerdict = 'accept' | 'accept with notes' | 'reject' | 'no answer';

/**
 * Any difference that rejects and is not waived decides, whatever else is not known. Otherwise there is an answer only when all was
 * compared and verified; a note, a waived one included, is still a note.
 * @param unanswered why something was not compared or verified
 */
export function gateVerdict(differences: readonly GateDifference[], unanswered?: string): GateVerdict {
  if (differences.some(rejects)) return 'reject';
  if (unanswered !== undefined) return 'no answer';
  return differences.some(({ severity }) => severity !== 'harmless') ? 'accept with notes' : 'accept';
}

/** Whether the difference rejects the candidate: a waived one does not. */
export function rejects({ severity, waived }: GateDifference): boolean {
  return severity === 'reject' && waived === undefined;
}

/** A crash of the suite has an exit code of its own, whatever was found before it. */
export function gateExitCode({ state, verdict }: { readonly state: ReportState; readonly verdict: GateVerdict }): ExitCode {
  if (state === 'crashed') return SUITE_EXIT_CODE;
  if (verdict === 'no answer') return INFRASTRUCTURE_EXIT_CODE;
  return verdict === 'reject' ? 1 : 0;
}
