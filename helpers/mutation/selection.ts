import type { DeclaredRequirement } from '../suite/declared.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';

type Declared = Pick<DeclaredRequirement, 'id' | 'area' | 'needs' | 'explainedBy' | 'serial'>;

/**
 * The ids of the requirements that are verified for a mutant: those of the areas of `fails`, those that `verifies` names, and all that
 * these need or are explained by. Serial requirements take long, and are verified only where they are named.
 * @param established what is known to hold, and is therefore not verified again for those that need it
 * @throws an Error for an id or area that no spec declares
 */
export function requirementsFor(
  { fails, verifies = [], byItself }: Pick<Mutant, 'fails' | 'verifies' | 'byItself'>,
  declared: readonly Declared[],
  established: ReadonlySet<string> = new Set(),
): readonly string[] {
  const byId = new Map(declared.map((one) => [one.id, one]));
  for (const id of fails) if (!byId.has(id)) throw new Error(`A mutant must fail ${id}, which no spec declares.`);
  if (byItself !== undefined) return fails;
  const areas = new Set([...fails.map((id) => byId.get(id)?.area), ...verifies]);
  for (const name of verifies) {
    if (!byId.has(name) && !declared.some(({ area }) => area === name)) throw new Error(`No spec declares ${name}.`);
  }
  const wanted = new Set<string>();
  const add = (id: string) => {
    if (wanted.has(id)) return;
    wanted.add(id);
    const { needs = [], explainedBy = [] } = byId.get(id) ?? {};
    for (const cause of [...needs, ...explainedBy]) if (!established.has(cause)) add(cause);
  };
  for (const { id, area, serial } of declared) {
    if (fails.includes(id) || verifies.includes(id) || (!serial && areas.has(area))) add(id);
  }
  return declared.filter(({ id }) => wanted.has(id)).map(({ id }) => id);
}
