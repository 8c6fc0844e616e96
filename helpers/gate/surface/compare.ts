import type { Surface, SurfaceFamily, SurfaceSample } from '../../prometheus/rules/surface.ts';
import type { Change, SurfaceChange, SurfaceKind } from './change.ts';
import { changedSeries, renamedFamilies, renamedLabels } from './series.ts';

/** What the catalogue knows of families, whether or not an exposition has them. */
export interface KnownFamilies {
  /** The labels that identify the object of a sample; empty for an unknown family. */
  identity(family: string): readonly string[];
  /** Whether the side exposes the family when there are objects for it. */
  has(side: 'old' | 'new', family: string): boolean;
}

/** All differences between two surfaces. */
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

/** Families of one side only. A header without samples may be absent because there are no objects. */
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
      const changes = Array.from(family.samples, removed);
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
        const changes = Array.from(family.samples, added);
        if (!known.has('old', family.name)) return change('family-new', family, changes, series);
        return change(changes.length === 0 ? 'header-new' : 'family-filled', family, changes, series);
      }),
  ];
}

function* helps({ families }: Surface): Generator<string | undefined> {
  for (const { help } of families.values()) yield help;
}

interface FamilyContext {
  /** The labels that identify the object of a sample. */
  readonly identity: readonly string[];
  /** Whether both releases mark stability in HELP texts; only then can marks be compared. */
  readonly marked: boolean;
}

/** The differences of a family that both sides have. */
function familyChanges(old: SurfaceFamily, now: SurfaceFamily, { identity, marked }: FamilyContext): readonly SurfaceChange[] {
  const series = { old: old.samples.length, new: now.samples.length };
  const change = (kind: SurfaceKind, changes: readonly Change[], more: Partial<SurfaceChange> = {}): SurfaceChange => ({
    kind,
    family: old.name,
    changes,
    series,
    ...more,
  });
  const headers = headerChanges(old, now, marked, change);
  if (series.old === 0 && series.new === 0) return headers;
  if (series.new === 0) return [...headers, change('family-silent', Array.from(old.samples, removed))];
  if (series.old === 0) return [...headers, change('family-filled', Array.from(now.samples, added))];

  const before = old.samples.labelNames;
  const after = now.samples.labelNames;
  const renames = renamedLabels(old.samples, now.samples, minus(before, after), minus(after, before));
  const renamedTo = new Set(renames.map(({ to }) => to));
  const gone = minus(before, after).filter((label) => !renames.some(({ from }) => from === label));
  const arrived = minus(after, before).filter((label) => !renamedTo.has(label));
  const common = [...before].filter((label) => after.has(label));
  const matched = changedSeries(
    old.samples,
    now.samples,
    common,
    identity.filter((label) => common.includes(label)),
  );
  return [
    ...headers,
    ...renames.map(({ from, to }) => change('label-renamed', Array.from(old.samples.having(from), removed), { label: from, to })),
    ...gone.map((label) => change('label-gone', Array.from(old.samples.having(label), removed), { label })),
    ...arrived.map((label) => change('label-new', Array.from(now.samples.having(label), added), { label })),
    ...[...matched.labelValues].map(([label, changes]) => change('label-value', changes, { label })),
    ...(matched.values.length > 0 ? [change('value', matched.values)] : []),
    ...(matched.gone.length > 0 ? [change('series-gone', matched.gone.map(removed))] : []),
    ...(matched.arrived.length > 0 ? [change('series-new', matched.arrived.map(added))] : []),
  ];
}

function headerChanges(
  old: SurfaceFamily,
  now: SurfaceFamily,
  marked: boolean,
  change: (kind: SurfaceKind, changes: readonly Change[], more: Partial<SurfaceChange>) => SurfaceChange,
): readonly SurfaceChange[] {
  const found: SurfaceChange[] = [];
  if (old.type !== undefined && now.type !== undefined && old.type !== now.type) {
    found.push(change('type', [], { from: old.type, to: now.type }));
  }
  const [from, to] = [markOf(old.help), markOf(now.help)];
  if (marked && old.help !== undefined && now.help !== undefined && from !== to)
    found.push(change('stability', [], { from, to }));
  if (old.help !== undefined && !isDeprecated(old.help) && isDeprecated(now.help)) found.push(change('deprecated', [], {}));
  return found;
}

function removed(sample: SurfaceSample): Change {
  return { old: sample, new: undefined };
}

function added(sample: SurfaceSample): Change {
  return { old: undefined, new: sample };
}

function minus(names: ReadonlySet<string>, excluded: ReadonlySet<string>): string[] {
  return [...names].filter((name) => !excluded.has(name));
}

/** The stability in a HELP text, `STABLE` for `[STABLE] …`; `ALPHA` without one. Source: the exporter's change log, 2.7. */
export function markOf(help: string | undefined): string {
  return /^\[([A-Z]+)\]/.exec(help ?? '')?.[1] ?? 'ALPHA';
}

/** Whether any HELP text has a stability; releases before 2.7 write none. */
export function marksStability(helps: Iterable<string | undefined>): boolean {
  for (const help of helps) if (/^\[[A-Z]+\]/.test(help ?? '')) return true;
  return false;
}

/** Whether a HELP text announces the removal of the family. */
function isDeprecated(help: string | undefined): boolean {
  return /\(Deprecated since/.test(help ?? '');
}
