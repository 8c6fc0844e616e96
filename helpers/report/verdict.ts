import type { Partiality, RequirementResult, Verdict } from './model.ts';

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

export type ExitCode = 0 | 1 | 2 | 3;

/** Bad usage, said before anything starts; a run that started never ends with it. */
export const USAGE_EXIT_CODE: ExitCode = 2;
/** The cluster failed, not the exporter. */
export const INFRASTRUCTURE_EXIT_CODE: ExitCode = 3;

/** A part that the user asked for exits 0 when what ran holds; one that came about otherwise never does. */
export function exitCodeOf(verdict: Verdict, run: { partial?: Partiality | undefined; results: readonly Judged[] }): ExitCode {
  switch (verdict) {
    case 'conformant':
      return 0;
    case 'nonconformant':
      return 1;
    case 'infrastructure':
      return INFRASTRUCTURE_EXIT_CODE;
    case 'partial':
      return run.partial === 'asked' && run.results.some(judged) && !run.results.some(breaksConformance) ? 0 : 1;
  }
}

function breaksConformance({ status, level }: Judged): boolean {
  return status === 'failed' && level === 'must';
}

function judged({ status }: Judged): boolean {
  return status === 'passed' || status === 'failed' || status === 'deviates';
}
