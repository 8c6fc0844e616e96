import type { DeclaredRequirement } from '../suite/declared.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';

/** What an audit leaves out, although it makes nothing either: it has no rights to it, or says nothing of an exporter that has a past. */
const looksAsWell = ['endpoints/reads-without-errors', 'endpoints/reached-by-the-service'];

/** Whether requirements only look, so that they do not disturb each other, however often they are verified at the same time. */
export function makesNothing(requirements: readonly Pick<DeclaredRequirement, 'id' | 'reads'>[]): boolean {
  return requirements.every(({ id, reads }) => reads !== undefined || looksAsWell.includes(id));
}

/** Whether a mutant is of the areas of which nearly every requirement only looks. */
export function mostlyLooks({ fails, verifies = [] }: Pick<Mutant, 'fails' | 'verifies'>): boolean {
  return [...fails, ...verifies].every((id) => /^(endpoints|exposition)\b/.test(id));
}
