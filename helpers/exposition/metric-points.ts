import { type FamilyHeader, suffixesOf } from './families.ts';
import { labelsOf } from './labels.ts';
import type { FamilyType, Fault, Format, Labels, Rule, Violation } from './model.ts';
import { numberOf } from './number-reader.ts';
import type { SampleLine } from './sample-line.ts';

/** One histogram or summary, which has several lines: its state so far. */
interface MetricPoint {
  /** Its first line. */
  readonly line: number;
  /** Its name and labels except the bound, for a message. */
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

/** Whether a sample of this type has several lines that must be consistent. */
export function hasMetricPoints(type: FamilyType | undefined): boolean {
  return type !== undefined && suffixes[type] !== undefined;
}

/**
 * Checks that the lines of a histogram or summary are consistent. Sources: text format 0.0.4, "Histograms and summaries", and
 * OpenMetrics 1.0, "Histogram", "GaugeHistogram" and "Summary". Complete ones are dropped at the end of their family, so memory depends
 * on the largest family.
 */
export class MetricPoints {
  readonly #format: Format;
  readonly #add: (violation: Violation) => void;
  readonly #open = new Map<FamilyHeader, Map<string, MetricPoint>>();
  /** Families with an invalid line, which may be the missing one. */
  readonly #incomplete = new Set<FamilyHeader>();

  constructor(format: Format, add: (violation: Violation) => void) {
    this.#format = format;
    this.#add = add;
  }

  /** Notes an invalid line, which may belong to this family. */
  invalidLine(family: FamilyHeader | undefined): void {
    if (family !== undefined && hasMetricPoints(family.type)) this.#incomplete.add(family);
  }

  /** Adds a sample of a histogram or summary. Returns its inconsistency with earlier lines, if any. */
  sample(family: FamilyHeader, line: SampleLine, lineNumber: number): Fault | undefined {
    const suffix = line.name.slice(family.name.length);
    if (!suffixesOf(family.type, this.#format).includes(suffix)) {
      this.invalidLine(family);
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

  /** Checks the complete histograms and summaries of a family; incomplete ones are kept, as the family may continue. */
  familyEnds(family: FamilyHeader): void {
    const points = this.#open.get(family);
    for (const [key, point] of points ?? []) {
      if (family.type !== 'summary' && (!point.infinite || !point.count || point.sumLine === undefined)) continue;
      points?.delete(key);
      this.#check(family, point);
    }
    if (points?.size === 0) this.#open.delete(family);
  }

  /** Reports what is missing at the end of the exposition. */
  end(): void {
    for (const [family, points] of this.#open) for (const point of points.values()) this.#check(family, point);
  }

  #pointOf(family: FamilyHeader, allLabels: Labels, line: SampleLine, lineNumber: number): MetricPoint {
    const points = this.#open.get(family) ?? new Map<string, MetricPoint>();
    this.#open.set(family, points);
    const labels = Object.entries(allLabels)
      .filter(([name]) => name !== boundLabel(family))
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .sort()
      .join(',');
    const timestamp = line.isPoint ? line.bytes.toString('latin1', line.timestampAt, line.timestampEnd) : '';
    const key = `${labels} ${timestamp}`;
    const existing = points.get(key);
    if (existing) return existing;
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
    // The same text again is reported as a duplicate series.
    if (last === undefined || last.text === text) return undefined;
    if (bound <= last.bound) {
      if (label === 'quantile' && this.#format === 'openmetrics' && bound < last.bound) return undefined;
      const message = `The ${label} of ${point.series} must increase from line to line, but ${JSON.stringify(text)} follows ${JSON.stringify(last.text)}.`;
      return { rule: 'bounds-not-rising', at: line.nameEnd, message };
    }
    if (label === 'le' && !(value >= last.value)) {
      const message = `Buckets are cumulative, but le=${JSON.stringify(text)} of ${point.series} is ${value} and le=${JSON.stringify(last.text)} is ${last.value}.`;
      return { rule: 'buckets-not-cumulative', at: line.seriesEnd, message };
    }
    return undefined;
  }

  #check(family: FamilyHeader, { line, series, infinite, count, sumLine, hasNegativeBound }: MetricPoint): void {
    if (family.type === 'summary') return;
    const { count: countSuffix, sum: sumSuffix } = suffixes[family.type as FamilyType] as Suffixes;
    const fail = (rule: Rule, at: number, message: string) => this.#add({ rule, line: at, column: 1, message });
    if (infinite && count && infinite.value !== count.value) {
      const message = `The ${countSuffix} of ${series} is ${count.value}, but its bucket le="+Inf" in line ${infinite.line} is ${infinite.value}.`;
      fail('count-not-of-buckets', count.line, message);
    }
    if (sumLine !== undefined && hasNegativeBound && this.#format === 'openmetrics' && family.type === 'histogram') {
      fail('sum-of-negative-bounds', sumLine, `OpenMetrics allows no ${sumSuffix} of ${series}, which has a negative le.`);
    }
    if (this.#incomplete.has(family)) return;
    const missing = infinite ? [] : ['bucket le="+Inf"'];
    // In OpenMetrics both are optional.
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
