import { UsageError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';

export type Declared = Pick<DeclaredRequirement, 'id' | 'area' | 'needs' | 'explainedBy' | 'serial'>;

/**
 * The mutants that `--only` names, in the order of `mutants`.
 * @param only names separated by commas, each of which may end in `*`; all mutants when it is undefined
 * @throws UsageError for a name that no mutant has
 */
export function chooseMutants(mutants: readonly Mutant[], only: string | undefined): readonly Mutant[] {
  if (only === undefined) return mutants;
  const patterns = only.split(',').map((pattern) => pattern.trim());
  const matches = (name: string, pattern: string) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  const names = mutants.map(({ name }) => name);
  for (const pattern of patterns) {
    if (names.some((name) => matches(name, pattern))) continue;
    throw new UsageError(`There is no mutant "${pattern}"${didYouMean(pattern, names)}`);
  }
  return mutants.filter(({ name }) => patterns.some((pattern) => matches(name, pattern)));
}

/**
 * The ids of the requirements that are verified for a mutant: those of the areas of `fails`, what `verifies` names, and all that these
 * need or are explained by. Serial requirements take long and are verified only where they are named.
 * @param established the requirements that hold, and are not verified again for those that need them
 * @throws an Error for an id or area that no spec declares
 */
export function requirementsFor(
  { fails, verifies = [], byItself }: Pick<Mutant, 'fails' | 'verifies' | 'byItself'>,
  declared: readonly Declared[],
  established: ReadonlySet<string> = new Set(),
): readonly string[] {
  const byId = new Map(declared.map((requirement) => [requirement.id, requirement]));
  for (const id of fails) if (!byId.has(id)) throw new Error(`A mutant must fail ${id}, which no spec declares.`);
  if (byItself !== undefined) return fails;
  const areas = new Set([...fails.map((id) => byId.get(id)?.area), ...verifies]);
  for (const name of verifies) {
    if (!byId.has(name) && !declared.some(({ area }) => area === name)) throw new Error(`No spec declares ${name}.`);
  }
  const ids = new Set<string>();
  const add = (id: string) => {
    if (ids.has(id)) return;
    ids.add(id);
    const { needs = [], explainedBy = [] } = byId.get(id) ?? {};
    for (const cause of [...needs, ...explainedBy]) if (!established.has(cause)) add(cause);
  };
  for (const { id, area, serial } of declared) {
    if (fails.includes(id) || verifies.includes(id) || (!serial && areas.has(area))) add(id);
  }
  return declared.filter(({ id }) => ids.has(id)).map(({ id }) => id);
}

/** Read-only requirements that an audit skips: it lacks the rights, or the exporter was not installed by the run. */
const readOnlyBesidesAudit = ['endpoints/reads-without-errors', 'endpoints/reached-by-the-service'];

/** Whether requirements change nothing in the cluster, so that they can be verified several times at the same time. */
export function areReadOnly(requirements: readonly Pick<DeclaredRequirement, 'id' | 'reads'>[]): boolean {
  return requirements.every(({ id, reads }) => reads !== undefined || readOnlyBesidesAudit.includes(id));
}
