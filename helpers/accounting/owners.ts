import type { Labels } from '../exposition/model.ts';
import { seriesKey } from './series.ts';

/** The name of an object with the labels of its samples: `Pod default/web-0`. */
export interface Owner {
  readonly name: string;
  readonly labels: Labels;
}

type Lookup = (labels: Labels) => string | undefined;

/** The lookups of an object's name by the labels of its samples, for one resource. */
export interface OwnerLookups {
  readonly settled: Lookup;
  readonly unsettled: Lookup;
  readonly deleted: Lookup;
}

/** The first name that a lookup finds. */
export function firstOwner(
  lookups: readonly OwnerLookups[],
  find: (lookups: OwnerLookups) => string | undefined,
): string | undefined {
  for (const lookup of lookups) {
    const name = find(lookup);
    if (name !== undefined) return name;
  }
  return undefined;
}

/**
 * Returns a lookup of an object's name by the labels of its samples.
 * @param subjects returns the objects; it is called on the first lookup
 */
export function ownersByLabels(subjects: () => Iterable<Owner>): Lookup {
  // Built on the first lookup, as most expositions need none.
  let index: readonly Owners[] | undefined;
  return (labels) => {
    index ??= indexOwners(subjects());
    for (const { names, owners } of index) {
      const owner = owners.get(seriesKey(Object.fromEntries(names.map((name) => [name, labels[name] ?? '']))));
      if (owner !== undefined) return owner;
    }
    return undefined;
  };
}

/** Objects whose samples have the labels `names`: the objects' names by `seriesKey` of those labels. */
interface Owners {
  readonly names: readonly string[];
  readonly owners: Map<string, string>;
}

function indexOwners(subjects: Iterable<Owner>): readonly Owners[] {
  const byNames = new Map<string, Owners>();
  for (const { labels, name } of subjects) {
    const names = Object.keys(labels);
    const group = byNames.get(names.join(',')) ?? { names, owners: new Map<string, string>() };
    group.owners.set(seriesKey(labels), name);
    byNames.set(names.join(','), group);
  }
  return [...byNames.values()];
}
