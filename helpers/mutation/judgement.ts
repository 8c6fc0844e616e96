import { isFinding, type RequirementResult } from '../report/model.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';

/**
 * `killed`: exactly the requirements failed that must. `killed-by-another`: others, more, or fewer. `survived`: none failed.
 * `error`: no judgement, because the cluster failed or a requirement did not run.
 */
export type Fate = 'killed' | 'killed-by-another' | 'survived' | 'error';

/** A finding with the time it took. */
export interface Judgement extends Finding {
  /** Of its installation, verification and removal. */
  readonly durationMs: number;
}

/** The fate of a mutant, and the results that it follows from. */
export interface Finding {
  readonly name: string;
  readonly sentence: string;
  readonly fate: Fate;
  readonly expected: readonly string[];
  readonly failed: readonly string[];
  /** The actual observation of each failed requirement by its id; the reason of an error by the mutant's name. */
  readonly observations: Readonly<Record<string, string>>;
  /** The status of each verified requirement by its id. */
  readonly statuses: Readonly<Record<string, RequirementResult['status']>>;
}

type Result = Pick<RequirementResult, 'id' | 'status' | 'reason' | 'observed' | 'actual' | 'causedBy'>;

/**
 * Compares what failed with what must fail.
 * @param selected the ids of the requirements that were applicable; the mutant is an error unless all of `fails` are among them
 */
export function judge(
  name: string,
  { sentence, fails }: Pick<Mutant, 'sentence' | 'fails'>,
  { results, selected }: { results: readonly Result[]; selected: readonly string[] },
): Finding {
  // A failure that another one explains is its consequence.
  const failures = results.filter(isFinding);
  const failed = failures.map(({ id }) => id);
  const observations = Object.fromEntries(failures.map(({ id, actual, observed }) => [id, actual ?? observed ?? '']));
  const statuses = Object.fromEntries(results.filter(({ id }) => selected.includes(id)).map(({ id, status }) => [id, status]));
  const finding = { name, sentence, expected: fails, failed, observations, statuses };
  const notSelected = fails.filter((id) => !selected.includes(id));
  if (notSelected.length > 0) {
    return { ...finding, fate: 'error', observations: { [name]: `not applicable here: ${notSelected.join(', ')}` } };
  }
  const unverified = results.filter(({ id, status }) => fails.includes(id) && ['skipped', 'blocked'].includes(status));
  if (failed.length === 0 && unverified.length > 0) {
    const reasons = unverified.map(({ id, status, reason = '' }) => `${id} was ${status}: ${reason}`);
    return { ...finding, fate: 'error', observations: { [name]: reasons.join('; ') } };
  }
  if (failed.length === 0) return { ...finding, fate: 'survived' };
  const isRight = failed.length === fails.length && failed.every((id) => fails.includes(id));
  return { ...finding, fate: isRight ? 'killed' : 'killed-by-another' };
}

/** A mutant without a judgement. */
export function broken(name: string, { sentence, fails }: Mutant, reason: string): Finding {
  return { name, sentence, fate: 'error', expected: fails, failed: [], observations: { [name]: reason }, statuses: {} };
}
