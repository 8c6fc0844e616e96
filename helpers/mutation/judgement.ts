import { isFinding, type RequirementResult } from '../report/model.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';

/**
 * `killed`: exactly the requirements failed that must. `killed-by-another`: others, or more, or fewer. `survived`: none failed.
 * `error`: nothing can be said, because the cluster failed or something could not be run.
 */
export type Fate = 'killed' | 'killed-by-another' | 'survived' | 'error';

/** What became of a mutant. */
export interface Judgement extends Finding {
  /** Of its installation, verification and removal. */
  readonly durationMs: number;
}

/** What was found of a mutant. */
export interface Finding {
  readonly name: string;
  readonly sentence: string;
  readonly fate: Fate;
  readonly expected: readonly string[];
  readonly failed: readonly string[];
  /** Id by id, what was seen; why it is broken under its name. */
  readonly observations: Readonly<Record<string, string>>;
  /** Id by id, what every requirement came to that was verified. */
  readonly statuses: Readonly<Record<string, RequirementResult['status']>>;
}

type Result = Pick<RequirementResult, 'id' | 'status' | 'observed' | 'actual' | 'causedBy'>;

/**
 * Holds what failed against what must.
 * @param selected the ids that were to be verified; one without any result makes the mutant broken
 */
export function judge(
  name: string,
  { sentence, fails }: Pick<Mutant, 'sentence' | 'fails'>,
  { results, selected }: { results: readonly Result[]; selected: readonly string[] },
): Finding {
  // A failure that another one explains is its consequence.
  const failures = results.filter(isFinding);
  const failed = failures.map(({ id }) => id);
  const observations = Object.fromEntries(failures.map(({ id, actual: what, observed }) => [id, what ?? observed ?? '']));
  const statuses = Object.fromEntries(results.filter(({ id }) => selected.includes(id)).map(({ id, status }) => [id, status]));
  const told = { name, sentence, expected: fails, failed, observations, statuses };
  const notSelected = fails.filter((id) => !selected.includes(id));
  if (notSelected.length > 0) {
    return { ...told, fate: 'error', observations: { [name]: `not applicable here: ${notSelected.join(', ')}` } };
  }
  if (failed.length === 0) return { ...told, fate: 'survived' };
  const isRight = failed.length === fails.length && failed.every((id) => fails.includes(id));
  return { ...told, fate: isRight ? 'killed' : 'killed-by-another' };
}

/** A mutant of which nothing can be said. */
export function broken(name: string, { sentence, fails }: Mutant, why: string): Finding {
  return { name, sentence, fate: 'error', expected: fails, failed: [], observations: { [name]: why }, statuses: {} };
}
