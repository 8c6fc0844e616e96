import { RE2JS, RE2JSException } from 're2js';
import { seriesKey } from '../../accounting/series.ts';
import type { Exposition, Family, Format, Labels, Sample } from '../../exposition/model.ts';
import type { Matcher, Selector } from './syntax.ts';

/** A family with its header and samples, as far as it is compared. */
export type SurfaceFamily = Pick<Family, 'name' | 'type' | 'help'> & { readonly samples: readonly SurfaceSample[] };

export type SurfaceSample = Pick<Sample, 'labels' | 'value'>;

/** All families that an exporter exposes. */
export interface Surface {
  readonly format: Format;
  readonly families: ReadonlyMap<string, SurfaceFamily>;
}

/** A sample that is not compared, as its object changed during the scrape. */
export interface IgnoredSample {
  readonly family: string;
  readonly labels: Sample['labels'];
}

/** The surface of an exposition without the ignored samples. */
export function surfaceOf({ format, families }: Exposition, ignored: readonly IgnoredSample[]): Surface {
  const ignoredKeys = new Set(ignored.map(({ family, labels }) => `${family} ${seriesKey(labels)}`));
  const compared = [...families.values()].map(({ name, type, help, samples }): SurfaceFamily => {
    const kept =
      ignored.length === 0 ? samples : samples.filter((sample) => !ignoredKeys.has(`${sample.name} ${seriesKey(sample.labels)}`));
    return { name: familyName(name, format), type, help, samples: kept };
  });
  return { format, families: new Map(compared.map((family) => [family.name, family])) };
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
  const tests = matchers
    .filter(({ label, value }) => !hasVariable(value) && !ignored.has(label) && !target.derived.has(label))
    .map((matcher) => ({ label: matcher.label, test: testOf(matcher) }));
  const onName = tests.filter(({ label }) => label === '__name__');
  const onLabels = tests
    .filter(({ label }) => label !== '__name__')
    .map(({ label, test }) => ({ test, valueIn: reader(label, target) }));
  const candidates = metric === undefined ? [...surface.families.values()] : [surface.families.get(metric)];
  const families = candidates
    .filter((family) => family !== undefined)
    .filter(({ name }) => onName.every(({ test }) => test(name)));
  const isMatched = ({ labels }: SurfaceSample) => onLabels.every(({ test, valueIn }) => test(valueIn(labels)));
  const examples: MatchedSeries[] = [];
  let count = 0;
  let nonZero = false;
  for (const { name, samples } of families) {
    for (const sample of samples) {
      if (!isMatched(sample)) continue;
      count += 1;
      nonZero ||= sample.value !== 0;
      if (examples.length < EXAMPLES) examples.push({ metric: name, sample });
    }
  }
  const labelled = new Map<string, boolean>();
  const hasLabel = (label: string) => {
    const valueIn = reader(label, target);
    return families.some(({ samples }) => samples.some((sample) => valueIn(sample.labels) !== '' && isMatched(sample)));
  };
  return {
    count,
    examples,
    allZero: count > 0 && !nonZero,
    hasLabel: (label) => entryOf(labelled, label, () => hasLabel(label)),
  };
}

/** Reads the value of a label from the labels that the exporter exposes; empty for none. */
function reader(label: string, { labels: added, honorLabels }: TargetLabels): (labels: Labels) => string {
  const own = added[label];
  if (honorLabels) return (labels) => labels[label] ?? own ?? '';
  if (own !== undefined) return () => own;
  const original = label.startsWith('exported_') ? label.slice('exported_'.length) : undefined;
  if (original !== undefined && added[original] !== undefined) return (labels) => labels[original] ?? '';
  return (labels) => labels[label] ?? '';
}

/** Whether a matcher accepts the labels of a series. */
export function accepts(matcher: Matcher, labels: Labels): boolean {
  return hasVariable(matcher.value) || testOf(matcher)(labels[matcher.label] ?? '');
}

/** Whether a matcher's value has a variable of Grafana: `$pod`, `${pod}` or `[[pod]]`. */
export function hasVariable(value: string): boolean {
  return /\$\w|\$\{|\[\[(?!:)/.test(value);
}

type Test = (text: string) => boolean;

function testOf({ operator, value }: Matcher): Test {
  if (operator === '=') return (text) => text === value;
  if (operator === '!=') return (text) => text !== value;
  const test = regularExpression(value);
  if (test === undefined) return () => false;
  return operator === '=~' ? test : (text) => !test(text);
}

const compiled = new Map<string, Test | undefined>();

/**
 * Tests a whole value against a regular expression of a matcher; undefined when it is not valid RE2.
 * Source: Prometheus, 'Querying basics', time series selectors; its FastRegexMatcher for `.*`, `.+` and alternatives of plain text.
 */
export function regularExpression(pattern: string): Test | undefined {
  if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
  return compiled.get(pattern);
}

function compile(pattern: string): Test | undefined {
  if (pattern === '.*') return () => true;
  if (pattern === '.+') return (text) => text !== '';
  if (/^[\w\-/: ]*(\|[\w\-/: ]*)*$/.test(pattern)) {
    const texts = new Set(pattern.split('|'));
    return (text) => texts.has(text);
  }
  try {
    const expression = RE2JS.compile(pattern, RE2JS.DOTALL);
    return remembering((text) => expression.matches(text));
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}

/** RE2 in JavaScript takes about a microsecond for a value; most labels have few values. */
function remembering(test: Test): Test {
  const results = new Map<string, boolean>();
  return (text) => {
    const result = results.get(text) ?? test(text);
    if (results.size < 4096) results.set(text, result);
    return result;
  };
}
