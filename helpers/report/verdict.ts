import type { Partiality, Report, RequirementResult, Verdict } from './model.ts';

type Judged = Pick<RequirementResult, 'status' | 'level'>;

export interface Circumstances {
  /** How the cluster failed, as one sentence. */
  readonly infrastructure?: string | undefined;
  readonly partial?: Partiality | undefined;
  /** Whether only a part was selected, as in every audit; also where that part was not verified either. */
  readonly isPart?: boolean;
}

/**
 * The verdict of a run. A `should` that fails does not change it; a selected part is `partial` even with a failure, because the rest was
 * not verified, and to be cut off adds nothing to what it proves. A run that judged nothing is never conformant, nor is one in which a
 * `must` was blocked.
 */
export function verdictOf(results: readonly Judged[], { infrastructure, partial, isPart }: Circumstances): Verdict {
  if (infrastructure !== undefined) return 'infrastructure';
  if (partial === 'selected' || isPart) return 'partial';
  if (results.some(breaksConformance)) return 'nonconformant';
  if (partial === 'unverified' || !results.some(judged) || results.some(mustIsBlocked)) return 'partial';
  return 'conformant';
}

export type ExitCode = 0 | 1 | 2 | 3 | 4;

/** Bad usage, reported before anything starts. */
export const USAGE_EXIT_CODE: ExitCode = 2;
/** The cluster failed, not the exporter. */
export const INFRASTRUCTURE_EXIT_CODE: ExitCode = 3;
/** The suite itself failed. */
export const SUITE_EXIT_CODE: ExitCode = 4;

/**
 * A part that the user selected exits 0 when all of it holds; a run that is partial for another reason never does. A crash of the suite
 * has an exit code of its own, whatever was found before it.
 */
export function exitCodeOf({ state, verdict, partial, requirements }: ExitFacts): ExitCode {
  if (state === 'crashed') return SUITE_EXIT_CODE;
  switch (verdict) {
    case 'conformant':
      return 0;
    case 'nonconformant':
      return 1;
    case 'infrastructure':
      return INFRASTRUCTURE_EXIT_CODE;
    case 'partial':
      return partial === 'selected' && requirements.some(judged) && !requirements.some(breaksOrBlocks) ? 0 : 1;
  }
}

interface ExitFacts extends Pick<Report, 'state' | 'verdict'> {
  readonly partial?: Partiality | undefined;
  readonly requirements: readonly Judged[];
}

function breaksConformance({ status, level }: Judged): boolean {
  return status === 'failed' && level === 'must';
}

function mustIsBlocked({ status, level }: Judged): boolean {
  return status === 'blocked' && level === 'must';
}

function breaksOrBlocks(result: Judged): boolean {
  return breaksConformance(result) || mustIsBlocked(result);
}

function judged({ status }: Judged): boolean {
  return status === 'passed' || status === 'failed' || status === 'known-issue';
}
