export type Labels = Readonly<Record<string, string>>;

/** An element of an instant vector. */
export interface Element {
  readonly labels: Labels;
  readonly value: number;
}

export type Value = number | readonly Element[];

/** The lookback of an instant query, and how long samples are kept at least, in seconds. Source: Prometheus, Staleness. */
const LOOKBACK = 300;

/** Successive samples of the same value. Times are in seconds. */
interface Run {
  readonly from: number;
  to: number;
  /** Undefined for staleness markers. */
  readonly value: number | undefined;
}

/** A series and its samples, of which only the changes are kept: most values recur in every scrape. */
export class Series {
  private runs: Run[] = [];

  /** @param labels with the metric's name as `__name__` */
  constructor(readonly labels: Labels) {}

  /** Adds a sample that is not older than the last one; an undefined value is a staleness marker. */
  add(at: number, value: number | undefined): void {
    const last = this.runs.at(-1);
    // After a gap that is longer than the lookback, an instant query between the two samples finds none.
    if (last && last.value === value && at - last.to < LOOKBACK) last.to = at;
    else this.runs.push({ from: at, to: at, value });
    const [first] = this.runs;
    if (first && first.to < at - 2 * LOOKBACK) this.runs = this.runs.filter((run) => run.to >= at - LOOKBACK);
  }

  /** The time of the last sample in seconds; undefined without samples. */
  get latest(): number | undefined {
    return this.runs.at(-1)?.to;
  }

  /** The value at an instant; undefined when it is stale or too old. */
  valueAt(instant: number): number | undefined {
    const last = this.runs.findLast(({ from }) => from <= instant);
    return last && last.to > instant - LOOKBACK ? last.value : undefined;
  }

  /** The values of a range that ends at an instant; equal successive values count as one. */
  valuesWithin(instant: number, seconds: number): readonly number[] {
    const within = this.runs.filter(({ from, to }) => from <= instant && to > instant - seconds);
    return within.flatMap(({ value }) => value ?? []);
  }
}

/** All series by metric name. */
export class SeriesStore {
  private readonly byName = new Map<string, Map<string, Series>>();

  /** The series with these labels, created when it does not exist. */
  series(labels: Labels): Series {
    const { __name__: name = '' } = labels;
    const named = this.byName.get(name) ?? new Map<string, Series>();
    this.byName.set(name, named);
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = named.get(key) ?? new Series(labels);
    named.set(key, known);
    return known;
  }

  /** The series of one metric. */
  ofMetric(name: string): Iterable<Series> {
    return this.byName.get(name)?.values() ?? [];
  }

  /** The series of all metrics whose name is accepted. */
  *named(accepts: (name: string) => boolean): Iterable<Series> {
    for (const [name, series] of this.byName) if (accepts(name)) yield* series.values();
  }
}
