import { seriesKey } from '../../accounting/series.ts';
import type { Family, Format, Sample } from '../../exposition/model.ts';
import { countOfTexts, type LabelledValue, noLabels, PackedSamples, textOf } from '../../exposition/packed-samples.ts';
import { type ExpositionSource, type SeriesVisitor, scanExposition } from '../../exposition/read.ts';
import { hasVariable, type Test, testOf } from './matcher.ts';
import type { Selector } from './syntax.ts';

/** A family with its header and samples, as far as it is compared. */
export type SurfaceFamily = Pick<Family, 'name' | 'type' | 'help'> & { readonly samples: PackedSamples };

export type SurfaceSample = LabelledValue;

/** All families that an exporter exposes. */
export interface Surface {
  readonly format: Format;
  readonly families: ReadonlyMap<string, SurfaceFamily>;
}

/** A surface with the size of the exposition that it is of. */
export interface MeasuredSurface extends Surface {
  readonly bytes: number;
  /** The number of samples of all families. */
  readonly samples: number;
}

/** A sample that is not compared, as its object changed during the scrape. */
export interface IgnoredSample {
  readonly family: string;
  readonly labels: Sample['labels'];
}

/**
 * The surface of a scrape, which is packed while it is read.
 * @throws the errors of the source
 */
export async function surfaceOfScrape(source: ExpositionSource, format: Format): Promise<MeasuredSurface> {
  const packed = new Map<string, PackedSamples>();
  let current = new PackedSamples();
  const visitor: SeriesVisitor = {
    family: (name) => {
      current = packed.get(name) ?? new PackedSamples();
      packed.set(name, current);
    },
    sample: (_, value, sample) => current.add(noLabels, sample().labels, value),
  };
  const { families, bytes, samples } = await scanExposition(source, { format, visitor });
  const all = [...families.values()].map(({ name, type, help }): SurfaceFamily => {
    return { name: familyName(name, format), type, help, samples: packed.get(name) ?? new PackedSamples() };
  });
  return { format, families: new Map(all.map((family) => [family.name, family])), bytes, samples };
}

/** The surface without the ignored samples. */
export function withoutSamples<S extends Surface>(surface: S, ignored: readonly IgnoredSample[]): S {
  if (ignored.length === 0) return surface;
  const keys = new Map<string, Set<string>>();
  for (const { family, labels } of ignored) {
    const name = familyName(family, surface.format);
    keys.set(name, (keys.get(name) ?? new Set()).add(seriesKey(labels)));
  }
  const families = [...surface.families].map(([name, family]): readonly [string, SurfaceFamily] => {
    const ofFamily = keys.get(name);
    if (ofFamily === undefined) return [name, family];
    const kept = new PackedSamples();
    for (const { labels, value } of family.samples) if (!ofFamily.has(seriesKey(labels))) kept.add(noLabels, labels, value);
    return [name, { ...family, samples: kept }];
  });
  return { ...surface, families: new Map(families) };
}

/** The family name without `_total`, which OpenMetrics headers of counters may have or not. */
export function familyName(name: string, format: Format): string {
  return format === 'openmetrics' && name.endsWith('_total') ? name.slice(0, -'_total'.length) : name;
}

/** The labels that a scrape adds to every series of its target. Source: Prometheus, Configuration, scrape_config, honor_labels. */
export interface TargetLabels {
  /** `job`, `cluster` and so on, by name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those of them that were derived from the rules: every matcher on them is taken to hold. */
  readonly derived: ReadonlySet<string>;
  /** Whether a label of the exporter wins over a target label of the same name; otherwise it is renamed to `exported_NAME`. */
  readonly honorLabels: boolean;
}

/** A scrape that adds no label. */
export const noTargetLabels: TargetLabels = { labels: {}, derived: new Set(), honorLabels: true };

/** A series that a selector matches. */
export interface MatchedSeries {
  readonly metric: string;
  readonly sample: SurfaceSample;
}

/** What a selector matches of a surface. */
export interface Matches {
  readonly count: number;
  /** The first two series. */
  readonly examples: readonly MatchedSeries[];
  /** Whether there are series, all of value 0. */
  readonly allZero: boolean;
  /** Whether a label, perhaps of the target, is not empty on at least one series. */
  hasLabel(label: string): boolean;
}

const EXAMPLES = 2;

const known = new WeakMap<Surface, WeakMap<TargetLabels, Map<string, Matches>>>();

/**
 * The series of a surface that a selector matches once they are scraped. As in Prometheus, an absent label counts as empty and a
 * regular expression is RE2 and matches the whole value. A value with a Grafana variable matches anything.
 * @param ignored labels whose matchers are taken to hold
 */
export function matchesOf(
  selector: Selector,
  surface: Surface,
  target: TargetLabels = noTargetLabels,
  ignored: ReadonlySet<string> = new Set(),
): Matches {
  const ofSurface = entryOf(known, surface, () => new WeakMap<TargetLabels, Map<string, Matches>>());
  const ofTarget = entryOf(ofSurface, target, () => new Map<string, Matches>());
  const { metric, matchers } = selector;
  return entryOf(ofTarget, JSON.stringify([metric, matchers, [...ignored]]), () => computed(selector, surface, target, ignored));
}

function entryOf<K, V>(map: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}

function computed({ metric, matchers }: Selector, surface: Surface, target: TargetLabels, ignored: ReadonlySet<string>): Matches {
  const tested = matchers.filter(({ label, value }) => !hasVariable(value) && !ignored.has(label) && !target.derived.has(label));
  const onName = tested.filter(({ label }) => label === '__name__').map(testOf);
  const conditions = tested
    .filter(({ label }) => label !== '__name__')
    .map((matcher) => new Condition(sourceOf(matcher.label, target), testOf(matcher)));
  const candidates = metric === undefined ? [...surface.families.values()] : [surface.families.get(metric)];
  const families = candidates.filter((family) => family !== undefined).filter(({ name }) => onName.every((test) => test(name)));
  const examples: MatchedSeries[] = [];
  let count = 0;
  let nonZero = false;
  for (const { name, samples } of families) {
    const isMatched = allOf(conditions, samples);
    for (let row = 0; row < samples.length; row++) {
      if (!isMatched(row)) continue;
      count += 1;
      nonZero ||= samples.value(row) !== 0;
      if (examples.length < EXAMPLES) examples.push({ metric: name, sample: samples.at(row) });
    }
  }
  const labelled = new Map<string, boolean>();
  const hasLabel = (label: string) => {
    const withValue = [new Condition(sourceOf(label, target), (text) => text !== ''), ...conditions];
    return families.some(({ samples }) => {
      const isMatched = allOf(withValue, samples);
      for (let row = 0; row < samples.length; row++) if (isMatched(row)) return true;
      return false;
    });
  };
  return {
    count,
    examples,
    allZero: count > 0 && !nonZero,
    hasLabel: (label) => entryOf(labelled, label, () => hasLabel(label)),
  };
}

/** Where a label comes from once it is scraped: from a label of the exporter, or where that is absent, a text. */
interface Source {
  readonly label?: string;
  readonly otherwise: string;
}

function sourceOf(label: string, { labels: added, honorLabels }: TargetLabels): Source {
  const own = added[label];
  if (honorLabels) return { label, otherwise: own ?? '' };
  if (own !== undefined) return { otherwise: own };
  const original = label.startsWith('exported_') ? label.slice('exported_'.length) : undefined;
  return { label: original !== undefined && added[original] !== undefined ? original : label, otherwise: '' };
}

const [UNKNOWN, ACCEPTED, REFUSED] = [0, 1, 2] as const;

/** What a selector requires of a label. Each value is tested once, as most labels have few values. */
class Condition {
  readonly #label: string | undefined;
  readonly #test: Test;
  /** Whether a sample without the label is accepted. */
  readonly #isAbsenceAccepted: boolean;
  /** The result for each value, by its number. */
  readonly #results = new Uint8Array(countOfTexts());

  constructor({ label, otherwise }: Source, test: Test) {
    this.#label = label;
    this.#test = test;
    this.#isAbsenceAccepted = test(otherwise);
  }

  /** Returns whether a sample meets it, by its row. */
  on(samples: PackedSamples): (row: number) => boolean {
    if (this.#label === undefined) return () => this.#isAbsenceAccepted;
    const places = samples.placesOf(this.#label);
    return (row) => {
      const place = samples.place(places, row);
      return place < 0 ? this.#isAbsenceAccepted : this.#accepts(samples.number(row, place));
    };
  }

  #accepts(number: number): boolean {
    if (this.#results[number] === UNKNOWN) this.#results[number] = this.#test(textOf(number)) ? ACCEPTED : REFUSED;
    return this.#results[number] === ACCEPTED;
  }
}

function allOf(conditions: readonly Condition[], samples: PackedSamples): (row: number) => boolean {
  const met = conditions.map((condition) => condition.on(samples));
  return (row) => met.every((isMet) => isMet(row));
}
