import type { Partiality, Report, RequirementResult, Verdict } from './model.ts';

type Judged = Pick<RequirementResult, 'status' | 'level'>;

export interface Circumstances {
  /** What broke that is not the exporter, as one sentence. */
  readonly infrastructure?: string | undefined;
  readonly partial?: Partiality | undefined;
}

/**
 * The one word for a run. A `should` that fails is shown, and changes nothing here; a part that was asked for stays
 * `partial` even with a failure, because nobody looked at the rest. A run that judged nothing is never conformant.
 */
export function verdictOf(results: readonly Judged[], { infrastructure, partial }: Circumstances): Verdict {
  if (infrastructure !== undefined) return 'infrastructure';
  if (partial === 'asked') return 'partial';
  if (results.some(breaksConformance)) return 'nonconformant';
  if (partial === 'came-about' || !results.some(judged)) return 'partial';
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
 * A part that the user asked for exits 0 when what ran holds; one that came about otherwise never does. A crash of the suite has an
 * exit code of its own, whatever was found before it.
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
      return partial === 'asked' && requirements.some(judged) && !requirements.some(breaksConformance) ? 0 : 1;
  }
}

interface ExitFacts extends Pick<Report, 'state' | 'verdict'> {
  readonly partial?: Partiality | undefined;
  readonly requirements: readonly Judged[];
}

function breaksConformance({ status, level }: Judged): boolean {
  return status === 'failed' && level === 'must';
}

function judged({ status }: Judged): boolean {
  return status === 'passed' || status === 'failed' || status === 'known-issue';
}
