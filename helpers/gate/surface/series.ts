import { isEqualValue } from '../../accounting/match.ts';
import { seriesKey } from '../../accounting/series.ts';
import type { PackedSamples } from '../../exposition/packed-samples.ts';
import type { SurfaceFamily, SurfaceSample } from '../../prometheus/rules/surface.ts';
import type { Change } from './change.ts';
import { LabelColumns, RowIndex } from './row-index.ts';

/** How the series of a family changed, compared by the labels that both sides have. */
export interface SeriesChanges {
  readonly values: readonly Change[];
  /** By label, the pairs of series that have another value of it. */
  readonly labelValues: ReadonlyMap<string, readonly Change[]>;
  readonly gone: readonly SurfaceSample[];
  readonly arrived: readonly SurfaceSample[];
}

/**
 * Pairs the samples of both sides: first by equal common labels, then, for each object with as many remaining samples on one side
 * as on the other, by the fewest differing labels.
 * @param common the labels that both sides have
 * @param identity those of them that identify an object; empty when unknown
 */
export function changedSeries(
  old: PackedSamples,
  now: PackedSamples,
  common: readonly string[],
  identity: readonly string[],
): SeriesChanges {
  const before = new LabelColumns(old, common);
  const unpaired = new RowIndex(new LabelColumns(now, common));
  const values: Change[] = [];
  const unmatched: number[] = [];
  for (let row = 0; row < old.length; row++) {
    const counterpart = unpaired.take(before, row);
    if (counterpart < 0) unmatched.push(row);
    else if (!isEqualValue(old.value(row), now.value(counterpart))) values.push({ old: old.at(row), new: now.at(counterpart) });
  }
  return {
    values,
    ...pairByObject({ columns: before, rows: unmatched }, { columns: unpaired.columns, rows: unpaired.rest }, identity),
  };
}

/** The samples of a side that have no counterpart, with the labels that both sides have. */
interface Unpaired {
  readonly columns: LabelColumns;
  readonly rows: readonly number[];
}

function pairByObject(old: Unpaired, now: Unpaired, identity: readonly string[]): Omit<SeriesChanges, 'values'> {
  const labelValues = new Map<string, Change[]>();
  const gone: SurfaceSample[] = [];
  const [before, after] = [byObject(old, identity), byObject(now, identity)];
  for (const [object, rows] of before) {
    const candidates = after.get(object) ?? [];
    if (identity.length === 0 || candidates.length !== rows.length) {
      for (const row of rows) gone.push(old.columns.samples.at(row));
      continue;
    }
    after.delete(object);
    for (const row of rows) {
      const counterpart = takeNearest(old.columns, row, now.columns, candidates);
      const change = { old: old.columns.samples.at(row), new: now.columns.samples.at(counterpart) };
      for (const index of old.columns.differing(row, now.columns, counterpart)) {
        push(labelValues, old.columns.names[index] as string, change);
      }
    }
  }
  return { labelValues, gone, arrived: [...after.values()].flat().map((row) => now.columns.samples.at(row)) };
}

function byObject({ columns: { samples }, rows }: Unpaired, identity: readonly string[]): Map<string, number[]> {
  const columns = new LabelColumns(samples, identity);
  const grouped = new Map<string, number[]>();
  for (const row of rows) push(grouped, columns.key(row), row);
  return grouped;
}

/** Removes and returns the candidate with the fewest differing labels; there must be one. */
function takeNearest(old: LabelColumns, row: number, now: LabelColumns, candidates: number[]): number {
  const distances = candidates.map((candidate) => old.differing(row, now, candidate).length);
  const [taken] = candidates.splice(distances.indexOf(Math.min(...distances)), 1);
  return taken as number;
}

function push<K, V>(into: Map<K, V[]>, key: K, value: V): void {
  const values = into.get(key);
  if (values) values.push(value);
  else into.set(key, [value]);
}

export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** Pairs of a removed and an added family with exactly the same series and values; ambiguous ones are ignored. */
export function renamedFamilies(gone: readonly SurfaceFamily[], arrived: readonly SurfaceFamily[]): readonly Rename[] {
  const sizes = (families: readonly SurfaceFamily[]) => new Set(families.map(({ samples }) => samples.length));
  const [before, after] = [sizes(gone), sizes(arrived)];
  // Only families with as many samples can be equal, and their contents are expensive.
  const isCandidate = ({ samples: { length } }: SurfaceFamily) => length > 0 && before.has(length) && after.has(length);
  const contents = (families: readonly SurfaceFamily[]) => families.filter(isCandidate).map(contentOf);
  return uniquePairs(contents(gone), contents(arrived));
}

/** Pairs of a removed and an added label with the same values on the same series; ambiguous ones are ignored. */
export function renamedLabels(
  old: PackedSamples,
  now: PackedSamples,
  gone: readonly string[],
  arrived: readonly string[],
): readonly Rename[] {
  if (gone.length === 0 || arrived.length === 0) return [];
  const excluded = new Set([...gone, ...arrived]);
  const contents = (samples: PackedSamples, labels: readonly string[]) =>
    labels.map((label) => ({ name: label, content: labelContent(samples, label, excluded) }));
  return uniquePairs(contents(old, gone), contents(now, arrived));
}

interface Content {
  readonly name: string;
  readonly content: string;
}

function contentOf({ name, samples }: SurfaceFamily): Content {
  return { name, content: sorted(Array.from(samples, ({ labels, value }) => `${seriesKey(labels)} ${value}`)) };
}

/** Empty for a label that is empty on all series, which cannot be recognized under another name. */
function labelContent(samples: PackedSamples, label: string, excluded: ReadonlySet<string>): string {
  const lines: string[] = [];
  for (const { labels } of samples.having(label)) {
    if (labels[label] === '') continue;
    const rest = Object.fromEntries(Object.entries(labels).filter(([name]) => !excluded.has(name)));
    lines.push(`${seriesKey(rest)} ${labels[label]}`);
  }
  return sorted(lines);
}

function sorted(lines: string[]): string {
  return lines.sort().join('\n');
}

function uniquePairs(old: readonly Content[], now: readonly Content[]): readonly Rename[] {
  return old.flatMap(({ name: from, content }) => {
    if (content === '' || old.filter((candidate) => candidate.content === content).length > 1) return [];
    const same = now.filter((candidate) => candidate.content === content);
    const [only] = same;
    return only && same.length === 1 ? [{ from, to: only.name }] : [];
  });
}
