import { differingLabels } from '../../accounting/difference.ts';
import { isEqualValue } from '../../accounting/match.ts';
import { seriesKey } from '../../accounting/series.ts';
import type { Labels } from '../../exposition/model.ts';
import type { SurfaceSample } from '../../prometheus/rules/surface.ts';
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

function keyOf({ labels }: SurfaceSample, names: readonly string[]): string {
  return seriesKey(project(labels, names));
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
