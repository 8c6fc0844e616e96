import type { Change, SurfaceChange, SurfaceKind } from './change.ts';
import { comes, familyChanges, goes } from './family.ts';
import { renamedFamilies } from './renamed.ts';
import { marksStability } from './stability.ts';
import type { Surface, SurfaceFamily } from './surface.ts';

/** What the tables know of families, whether or not an exposition shows them. */
export interface KnownFamilies {
  /** The labels that tell which object a sample of the family is of; empty for a family that nobody knows. */
  identity(family: string): readonly string[];
  /** Whether the side would expose the family if there were objects for it. */
  has(side: 'old' | 'new', family: string): boolean;
}

/** Everything in which two surfaces differ, family by family. */
export function compareSurfaces(old: Surface, now: Surface, known: KnownFamilies): readonly SurfaceChange[] {
  const marked = marksStability(helps(old)) && marksStability(helps(now));
  const gone: SurfaceFamily[] = [];
  const found: SurfaceChange[] = [];
  for (const family of old.families.values()) {
    const counterpart = now.families.get(family.name);
    if (!counterpart) gone.push(family);
    else found.push(...familyChanges(family, counterpart, { identity: known.identity(family.name), marked }));
  }
  const arrived = [...now.families.values()].filter(({ name }) => !old.families.has(name));
  return [...found, ...goneOrNew(gone, arrived, known)];
}

/** Of what only one side has, a header without samples may be missing for the lack of objects alone. */
function goneOrNew(
  gone: readonly SurfaceFamily[],
  arrived: readonly SurfaceFamily[],
  known: KnownFamilies,
): readonly SurfaceChange[] {
  const renames = renamedFamilies(gone, arrived);
  const from = new Map(renames.map((rename) => [rename.from, rename.to]));
  const to = new Set(renames.map((rename) => rename.to));
  const change = (kind: SurfaceKind, family: SurfaceFamily, changes: readonly Change[], series: SurfaceChange['series']) => ({
    kind,
    family: family.name,
    changes,
    series,
  });
  return [
    ...gone.map((family): SurfaceChange => {
      const series = { old: family.samples.length, new: 0 };
      const changes = family.samples.map(goes);
      const renamed = from.get(family.name);
      if (renamed !== undefined)
        return { ...change('family-renamed', family, changes, { ...series, new: series.old }), to: renamed };
      if (!known.has('new', family.name)) return change('family-gone', family, changes, series);
      return change(changes.length === 0 ? 'header-gone' : 'family-silent', family, changes, series);
    }),
    ...arrived
      .filter(({ name }) => !to.has(name))
      .map((family): SurfaceChange => {
        const series = { old: 0, new: family.samples.length };
        const changes = family.samples.map(comes);
        if (!known.has('old', family.name)) return change('family-new', family, changes, series);
        return change(changes.length === 0 ? 'header-new' : 'family-filled', family, changes, series);
      }),
  ];
}

function* helps({ families }: Surface): Generator<string | undefined> {
  for (const { help } of families.values()) yield help;
}
