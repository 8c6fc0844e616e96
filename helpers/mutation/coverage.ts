import type { Mutant } from '../suite/mutant/mutant.ts';

/**
 * Holds the mutants against the requirements.
 * @param without the requirements that no mutant is for, and why
 * @returns what is wrong, a line each: a requirement that nothing guards, and a reason that is no longer needed
 */
export function coverageFaults(
  ids: readonly string[],
  mutants: readonly Pick<Mutant, 'fails'>[],
  without: Readonly<Record<string, string>>,
): readonly string[] {
  const covered = new Set(mutants.flatMap(({ fails }) => fails));
  return [
    ...ids
      .filter((id) => !covered.has(id) && without[id] === undefined)
      .map((id) => `No mutant is for ${id}, and nothing says why.`),
    ...Object.keys(without)
      .filter((id) => covered.has(id) || !ids.includes(id))
      .map((id) => `${id} is said to have no mutant, and ${covered.has(id) ? 'has one' : 'is no requirement'}.`),
  ];
}
