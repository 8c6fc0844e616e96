import type { Labels, Sample } from '../exposition/model.ts';
import { seriesKey } from './series.ts';

/** The samples of one family that nothing has claimed yet, found by their series. */
export class UnclaimedSamples {
  readonly #bySeries = new Map<string, Sample | Sample[]>();
  readonly #claimed = new Set<string>();

  constructor(samples: readonly Sample[]) {
    for (const sample of samples) {
      const key = seriesKey(sample.labels);
      const known = this.#bySeries.get(key);
      if (known === undefined) this.#bySeries.set(key, sample);
      else if (Array.isArray(known)) known.push(sample);
      else {
        this.#bySeries.set(key, [known, sample]);
      }
    }
  }

  /** Takes the sample of the series out, preferring one of the expected value where the series is there repeatedly. */
  claim(labels: Labels, expected: number): Sample | undefined {
    const key = seriesKey(labels);
    const known = this.#bySeries.get(key);
    if (known === undefined) return undefined;
    if (!Array.isArray(known)) {
      this.#bySeries.delete(key);
      return known;
    }
    const equal = known.findIndex((sample) => isEqualValue(sample.value, expected));
    const [taken] = known.splice(Math.max(equal, 0), 1);
    if (known.length === 0) this.#bySeries.delete(key);
    this.#claimed.add(key);
    return taken;
  }

  /** What nothing claimed, and of each whether another sample of the same series was claimed. */
  *left(): Generator<{ sample: Sample; repeated: boolean }> {
    for (const [key, samples] of this.#bySeries) {
      for (const sample of Array.isArray(samples) ? samples : [samples]) yield { sample, repeated: this.#claimed.has(key) };
    }
  }
}

/** Values are equal as Prometheus means it, where NaN says that there is no number. */
export function isEqualValue(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
