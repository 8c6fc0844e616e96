export type Labels = Readonly<Record<string, string>>;

/** How far back an instant looks for the last sample, and how long samples are kept, in seconds. Source: Prometheus, Staleness. */
const LOOKBACK = 300;

interface Sample {
  /** In seconds. */
  readonly at: number;
  /** Undefined where the series has ended: it is stale. */
  readonly value: number | undefined;
}

/** A series, and what has been seen of it. */
export class Series {
  private samples: Sample[] = [];

  /** @param labels with the metric's name as `__name__` */
  constructor(readonly labels: Labels) {}

  add(at: number, value: number | undefined): void {
    this.samples.push({ at, value });
    const [first] = this.samples;
    if (first && first.at < at - 2 * LOOKBACK) this.samples = this.samples.filter((one) => one.at >= at - LOOKBACK);
  }

  /** The value at an instant; undefined where there is none. */
  valueAt(instant: number): number | undefined {
    const last = this.samples.findLast(({ at }) => at <= instant);
    return last && last.at > instant - LOOKBACK ? last.value : undefined;
  }

  /** The values of a time before an instant. */
  valuesWithin(instant: number, seconds: number): readonly number[] {
    const within = this.samples.filter(({ at }) => at <= instant && at > instant - seconds);
    return within.flatMap(({ value }) => value ?? []);
  }
}

/** All series by the name of their metric. */
export class SeriesStore {
  private readonly byName = new Map<string, Map<string, Series>>();

  /** The series with these labels, made where there is none. */
  of(labels: Labels): Series {
    const { __name__: name = '' } = labels;
    const named = this.byName.get(name) ?? new Map<string, Series>();
    this.byName.set(name, named);
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = named.get(key) ?? new Series(labels);
    named.set(key, known);
    return known;
  }

  /** All series of the metrics whose name is accepted. */
  *named(accepts: (name: string) => boolean): Iterable<Series> {
    for (const [name, series] of this.byName) if (accepts(name)) yield* series.values();
  }
}
