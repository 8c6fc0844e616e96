export type Labels = Readonly<Record<string, string>>;

/** An element of an instant vector. */
export interface Element {
  readonly labels: Labels;
  readonly value: number;
}

export type Value = number | readonly Element[];

/** The lookback of an instant query, and how long samples are kept at least, in seconds. Source: Prometheus, Staleness. */
const LOOKBACK = 300;

interface Sample {
  /** In seconds. */
  readonly at: number;
  /** Undefined for a staleness marker. */
  readonly value: number | undefined;
}

/** A series and its samples. */
export class Series {
  private samples: Sample[] = [];

  /** @param labels with the metric's name as `__name__` */
  constructor(readonly labels: Labels) {}

  add(at: number, value: number | undefined): void {
    this.samples.push({ at, value });
    const [first] = this.samples;
    if (first && first.at < at - 2 * LOOKBACK) this.samples = this.samples.filter((sample) => sample.at >= at - LOOKBACK);
  }

  /** The value at an instant; undefined when it is stale or too old. */
  valueAt(instant: number): number | undefined {
    const last = this.samples.findLast(({ at }) => at <= instant);
    return last && last.at > instant - LOOKBACK ? last.value : undefined;
  }

  /** The values of a range that ends at an instant. */
  valuesWithin(instant: number, seconds: number): readonly number[] {
    const within = this.samples.filter(({ at }) => at <= instant && at > instant - seconds);
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

  /** The series of all metrics whose name is accepted. */
  *named(accepts: (name: string) => boolean): Iterable<Series> {
    for (const [name, series] of this.byName) if (accepts(name)) yield* series.values();
  }
}
