import { UsageError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { NamedMutant } from './all-mutants.ts';

/**
 * The mutants that the user means, in the order of all.
 * @param only names after commas, of which each may end in `*`; all where it is left out
 * @throws UsageError for a name that no mutant has
 */
export function chooseMutants(all: readonly NamedMutant[], only: string | undefined): readonly NamedMutant[] {
  if (only === undefined) return all;
  const names = only.split(',').map((name) => name.trim());
  const matches = (name: string, wanted: string) =>
    wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
  for (const wanted of names) {
    if (all.some(([name]) => matches(name, wanted))) continue;
    const known = all.map(([name]) => name);
    throw new UsageError(`There is no mutant "${wanted}"${didYouMean(wanted, known)}`);
  }
  return all.filter(([name]) => names.some((wanted) => matches(name, wanted)));
}
