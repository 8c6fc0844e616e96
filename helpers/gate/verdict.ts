import type { GateDifference } from './difference.ts';

/** The one answer: may this image version replace that one? */
export type GateVerdict = 'accept' | 'accept with changes to know' | 'reject';

/** Any difference that rejects and is not waived decides; a change to know, a waived one included, is still to be known. */
export function gateVerdict(differences: readonly GateDifference[]): GateVerdict {
  if (differences.some(rejects)) return 'reject';
  return differences.some(({ severity }) => severity !== 'nothing') ? 'accept with changes to know' : 'accept';
}

/** Whether the difference alone is reason enough to reject. */
export function rejects({ severity, waived }: GateDifference): boolean {
  return severity === 'reject' && waived === undefined;
}

export function gateExitCode(verdict: GateVerdict): 0 | 1 {
  return verdict === 'reject' ? 1 : 0;
}
