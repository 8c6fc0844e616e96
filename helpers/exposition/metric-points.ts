import type { FamilyHeader } from './families.ts';
import { suffixesOf } from './family-types.ts';
import { labelsOf } from './label-set.ts';
import type { FamilyType, Format, Labels, Violation } from './model.ts';
import { numberOf } from './number-reader.ts';
import type { Fault, Rule } from './rules.ts';
import type { SampleLine } from './sample-line.ts';

/** What several lines say together: one histogram or summary, with its labels but for the bound. */
interface MetricPoint {
  /** The line in which it begins. */
  readonly line: number;
  /** The name with its labels, for a message. */
  readonly series: string;
  /** The last bucket or quantile. */
  last: { readonly bound: number; readonly text: string; readonly value: number } | undefined;
  infinite: { readonly value: number; readonly line: number } | undefined;
  count: { readonly value: number; readonly line: number } | undefined;
  sumLine: number | undefined;
  hasNegativeBound: boolean;
}

type Bound = 'le' | 'quantile';

interface Suffixes {
  readonly count: string;
  readonly sum: string;
}

const suffixes: Partial<Record<FamilyType, Suffixes>> = {
  histogram: { count: '_count', sum: '_sum' },
  gaugehistogram: { count: '_gcount', sum: '_gsum' },
  summary: { count: '_count', sum: '_sum' },
};

/** Whether samples of this type are told in several lines that must agree. */
export function hasMetricPoints(type: FamilyType | undefined): boolean {
  return type !== undefined && suffixes[type] !== undefined;
}

/**
 * Holds the lines of one histogram, and of one summary, against each other. Sources: text format 0.0.4, "Histograms and
 * summaries", and OpenMetrics 1.0, "Histogram", "GaugeHistogram" and "Summary". What is whole is forgotten with its family, so that
 * memory is that of the largest one.
 */
export class MetricPoints {
  readonly #format: Format;
  readonly #add: (violation: Violation) => void;
  readonly #open = new Map<FamilyHeader, Map<string, MetricPoint>>();
  /** Families of which a line could not be read: what they lack may stand there. */
  readonly #unsure = new Set<FamilyHeader>();

  constructor(format: Format, add: (violation: Violation) => void) {
    this.#format = format;
    this.#add = add;
  }

  /** A line after those of this family was refused: it may have said what the family then seems to lack. */
  refused(family: FamilyHeader | undefined): void {
    if (family !== undefined && hasMetricPoints(family.type)) this.#unsure.add(family);
  }

  /** Takes a sample of a histogram or a summary, and says what is wrong with it after those before it. */
  sample(family: FamilyHeader, line: SampleLine, lineNumber: number): Fault | undefined {
    const suffix = line.name.slice(family.name.length);
    if (!suffixesOf(family.type, this.#format).includes(suffix)) {
      this.refused(family);
      return undefined;
    }
    const labels = labelsOf(line);
    const point = this.#pointOf(family, labels, line, lineNumber);
    const { count, sum } = suffixes[family.type as FamilyType] as Suffixes;
    if (suffix === count) point.count = { value: line.value, line: lineNumber };
    else if (suffix === sum) point.sumLine = lineNumber;
    else if (suffix === '_bucket' || suffix === '') return this.#bound(point, boundLabel(family), labels, line, lineNumber);
    return undefined;
  }

  /** Looks at what the family has told; it may be taken up again, so that what is not whole is kept. */
  familyEnds(family: FamilyHeader): void {
    const points = this.#open.get(family);
    for (const [key, point] of points ?? []) {
      if (family.type !== 'summary' && (!point.infinite || !point.count || point.sumLine === undefined)) continue;
      points?.delete(key);
      this.#judge(family, point);
    }
    if (points?.size === 0) this.#open.delete(family);
  }

  /** Says what is missing at the end of the exposition. */
  end(): void {
    for (const [family, points] of this.#open) for (const point of points.values()) this.#judge(family, point);
  }

  #pointOf(family: FamilyHeader, all: Labels, line: SampleLine, lineNumber: number): MetricPoint {
    const points = this.#open.get(family) ?? new Map<string, MetricPoint>();
    this.#open.set(family, points);
    const labels = Object.entries(all)
      .filter(([name]) => name !== boundLabel(family))
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .sort()
      .join(',');
    const timestamp = line.isPoint ? line.bytes.toString('latin1', line.timestampAt, line.timestampEnd) : '';
    const key = `${labels} ${timestamp}`;
    const known = points.get(key);
    if (known) return known;
    const series = labels === '' ? family.name : `${family.name}{${labels}}`;
    const point = {
      line: lineNumber,
      series,
      last: undefined,
      infinite: undefined,
      count: undefined,
      sumLine: undefined,
      hasNegativeBound: false,
    };
    points.set(key, point);
    return point;
  }

  /** A bucket, or a quantile. */
  #bound(point: MetricPoint, label: Bound, labels: Labels, line: SampleLine, lineNumber: number): Fault | undefined {
    const text = labels[label] ?? '';
    const bound = numberOf(text);
    if (bound === undefined || Number.isNaN(bound)) return undefined;
    const { value } = line;
    const { last } = point;
    point.last = { bound, text, value };
    if (label === 'le') {
      if (bound === Number.POSITIVE_INFINITY) point.infinite = { value, line: lineNumber };
      if (bound < 0) point.hasNegativeBound = true;
    }
    // The same text again is a series that stands twice, and told as that.
    if (last === undefined || last.text === text) return undefined;
    if (bound <= last.bound) {
      if (label === 'quantile' && this.#format === 'openmetrics' && bound < last.bound) return undefined;
      const message = `The ${label} of ${point.series} rises from line to line, and ${JSON.stringify(text)} follows ${JSON.stringify(last.text)}.`;
      return { rule: 'bounds-not-rising', at: line.nameEnd, message };
    }
    if (label === 'le' && !(value >= last.value)) {
      const message = `A bucket counts what the ones below it count: le=${JSON.stringify(text)} of ${point.series} has ${value}, and le=${JSON.stringify(last.text)} has ${last.value}.`;
      return { rule: 'buckets-not-cumulative', at: line.seriesEnd, message };
    }
    return undefined;
  }

  #judge(family: FamilyHeader, { line, series, infinite, count, sumLine, hasNegativeBound }: MetricPoint): void {
    if (family.type === 'summary') return;
    const { count: countSuffix, sum: sumSuffix } = suffixes[family.type as FamilyType] as Suffixes;
    const fail = (rule: Rule, at: number, message: string) => this.#add({ rule, line: at, column: 1, message });
    if (infinite && count && infinite.value !== count.value) {
      const message = `The ${countSuffix} of ${series} is ${count.value}, and its bucket le="+Inf" in line ${infinite.line} has ${infinite.value}.`;
      fail('count-not-of-buckets', count.line, message);
    }
    if (sumLine !== undefined && hasNegativeBound && this.#format === 'openmetrics' && family.type === 'histogram') {
      fail('sum-of-negative-bounds', sumLine, `OpenMetrics allows no ${sumSuffix} of ${series}, which has a negative le.`);
    }
    if (this.#unsure.has(family)) return;
    const missing = infinite ? [] : ['bucket le="+Inf"'];
    // OpenMetrics lets a histogram go without both.
    if (this.#format === 'text' || count || sumLine !== undefined) {
      if (!count) missing.push(countSuffix);
      if (sumLine === undefined) missing.push(sumSuffix);
    }
    if (missing.length > 0) fail('sample-missing', line, `${series} has no ${missing.join(' and no ')}.`);
  }
}

function boundLabel({ type }: FamilyHeader): Bound {
  return type === 'summary' ? 'quantile' : 'le';
}
