import { differingLabels } from '../../accounting/difference.ts';
import { isEqualValue } from '../../accounting/match.ts';
import { seriesKey } from '../../accounting/series.ts';
import type { Labels } from '../../exposition/model.ts';
import type { SurfaceFamily, SurfaceSample } from '../../prometheus/rules/surface.ts';
import type { Change } from './change.ts';

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
  old: readonly SurfaceSample[],
  now: readonly SurfaceSample[],
  common: readonly string[],
  identity: readonly string[],
): SeriesChanges {
  const unpaired = new Map<string, SurfaceSample[]>();
  for (const sample of now) push(unpaired, keyOf(sample, common), sample);
  const values: Change[] = [];
  const unmatched: SurfaceSample[] = [];
  for (const sample of old) {
    const candidates = unpaired.get(keyOf(sample, common)) ?? [];
    const same = candidates.findIndex(({ value }) => isEqualValue(value, sample.value));
    const [counterpart] = candidates.splice(Math.max(same, 0), 1);
    if (!counterpart) unmatched.push(sample);
    else if (same < 0) values.push({ old: sample, new: counterpart });
  }
  return { values, ...pairByObject(unmatched, [...unpaired.values()].flat(), common, identity) };
}

function pairByObject(
  old: readonly SurfaceSample[],
  now: readonly SurfaceSample[],
  common: readonly string[],
  identity: readonly string[],
): Omit<SeriesChanges, 'values'> {
  const labelValues = new Map<string, Change[]>();
  const gone: SurfaceSample[] = [];
  const after = new Map<string, SurfaceSample[]>();
  for (const sample of now) push(after, keyOf(sample, identity), sample);
  const before = new Map<string, SurfaceSample[]>();
  for (const sample of old) push(before, keyOf(sample, identity), sample);
  for (const [object, samples] of before) {
    const candidates = after.get(object) ?? [];
    if (identity.length === 0 || candidates.length !== samples.length) {
      gone.push(...samples);
      continue;
    }
    after.delete(object);
    for (const sample of samples) {
      const counterpart = takeNearest(sample, candidates, common);
      for (const label of differingLabels(project(counterpart.labels, common), project(sample.labels, common))) {
        push(labelValues, label, { old: sample, new: counterpart });
      }
    }
  }
  return { labelValues, gone, arrived: [...after.values()].flat() };
}

/** Removes and returns the candidate with the fewest differing labels; there must be one. */
function takeNearest(sample: SurfaceSample, candidates: SurfaceSample[], common: readonly string[]): SurfaceSample {
  const distance = ({ labels }: SurfaceSample) => differingLabels(project(labels, common), project(sample.labels, common)).length;
  const distances = candidates.map(distance);
  const [taken] = candidates.splice(distances.indexOf(Math.min(...distances)), 1);
  return taken as SurfaceSample;
}

/** Equal for samples with the same values of these labels, in this order. An absent label counts as empty, as in Prometheus. */
function keyOf({ labels }: SurfaceSample, names: readonly string[]): string {
  let key = '';
  for (const name of names) {
    const text = labels[name] ?? '';
    key += `${text.length}:${text}`;
  }
  return key;
}

/** An absent label counts as empty, as in Prometheus. */
function project(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
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
  old: readonly SurfaceSample[],
  now: readonly SurfaceSample[],
  gone: readonly string[],
  arrived: readonly string[],
): readonly Rename[] {
  if (gone.length === 0 || arrived.length === 0) return [];
  const excluded = new Set([...gone, ...arrived]);
  const contents = (samples: readonly SurfaceSample[], labels: readonly string[]) =>
    labels.map((label) => ({ name: label, content: labelContent(samples, label, excluded) }));
  return uniquePairs(contents(old, gone), contents(now, arrived));
}

interface Content {
  readonly name: string;
  readonly content: string;
}

function contentOf({ name, samples }: SurfaceFamily): Content {
  return { name, content: sorted(samples.map(({ labels, value }) => `${seriesKey(labels)} ${value}`)) };
}

/** Empty for a label that is empty on all series, which cannot be recognized under another name. */
function labelContent(samples: readonly SurfaceSample[], label: string, excluded: ReadonlySet<string>): string {
  const having = samples.filter(({ labels }) => (labels[label] ?? '') !== '');
  return sorted(
    having.map(({ labels }) => {
      const rest = Object.fromEntries(Object.entries(labels).filter(([name]) => !excluded.has(name)));
      return `${seriesKey(rest)} ${labels[label]}`;
    }),
  );
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
