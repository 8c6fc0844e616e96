import { isEqualValue } from '../../accounting/match.ts';
import { differingLabels } from '../../accounting/nearest.ts';
import { seriesKey } from '../../accounting/series.ts';
import type { Labels } from '../../exposition/model.ts';
import type { Change } from './change.ts';
import type { SurfaceSample } from './surface.ts';

/** What became of a family's series, by the labels that both sides have. */
export interface SeriesChanges {
  readonly values: readonly Change[];
  /** By label, the series of an object that have another value of it. */
  readonly labelValues: ReadonlyMap<string, readonly Change[]>;
  readonly gone: readonly SurfaceSample[];
  readonly arrived: readonly SurfaceSample[];
}

/**
 * Finds each sample's counterpart. First the same series, as far as the common labels tell; then, of one object that has as many
 * samples left on one side as on the other, the one that is nearest.
 * @param common the labels that both sides know
 * @param identity those among them that tell which object a sample is of; empty where nobody knows
 */
export function changedSeries(
  old: readonly SurfaceSample[],
  now: readonly SurfaceSample[],
  common: readonly string[],
  identity: readonly string[],
): SeriesChanges {
  const waiting = new Map<string, SurfaceSample[]>();
  for (const sample of now) push(waiting, keyOf(sample, common), sample);
  const values: Change[] = [];
  const unmatched: SurfaceSample[] = [];
  for (const sample of old) {
    const candidates = waiting.get(keyOf(sample, common)) ?? [];
    const same = candidates.findIndex(({ value }) => isEqualValue(value, sample.value));
    const [counterpart] = candidates.splice(Math.max(same, 0), 1);
    if (!counterpart) unmatched.push(sample);
    else if (same < 0) values.push({ old: sample, new: counterpart });
  }
  return { values, ...pairByObject(unmatched, [...waiting.values()].flat(), common, identity) };
}

function pairByObject(
  old: readonly SurfaceSample[],
  now: readonly SurfaceSample[],
  common: readonly string[],
  identity: readonly string[],
): Omit<SeriesChanges, 'values'> {
  const labelValues = new Map<string, Change[]>();
  const gone: SurfaceSample[] = [];
  const left = new Map<string, SurfaceSample[]>();
  for (const sample of now) push(left, keyOf(sample, identity), sample);
  const before = new Map<string, SurfaceSample[]>();
  for (const sample of old) push(before, keyOf(sample, identity), sample);
  for (const [object, samples] of before) {
    const others = left.get(object) ?? [];
    if (identity.length === 0 || others.length !== samples.length) {
      gone.push(...samples);
      continue;
    }
    left.delete(object);
    for (const sample of samples) {
      const counterpart = takeNearest(sample, others, common);
      for (const label of differingLabels(project(counterpart.labels, common), project(sample.labels, common))) {
        push(labelValues, label, { old: sample, new: counterpart });
      }
    }
  }
  return { labelValues, gone, arrived: [...left.values()].flat() };
}

/** There are as many candidates as samples, so that there is always one. */
function takeNearest(sample: SurfaceSample, candidates: SurfaceSample[], common: readonly string[]): SurfaceSample {
  const distance = ({ labels }: SurfaceSample) => differingLabels(project(labels, common), project(sample.labels, common)).length;
  const distances = candidates.map(distance);
  const [taken] = candidates.splice(distances.indexOf(Math.min(...distances)), 1);
  return taken as SurfaceSample;
}

function keyOf({ labels }: SurfaceSample, names: readonly string[]): string {
  return seriesKey(project(labels, names));
}

/** A label that is absent is empty, as Prometheus has it. */
function project(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
}

function push<K, V>(into: Map<K, V[]>, key: K, value: V): void {
  const known = into.get(key);
  if (known) known.push(value);
  else into.set(key, [value]);
}
