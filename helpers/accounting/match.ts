import type { Labels, Sample } from '../exposition/model.ts';
import { seriesKey } from './series.ts';

const NONE = -1;

/**
 * The samples of one family, to be matched with expected samples. They are indexed by the value of one label and compared label by
 * label, as a key for each of a million samples would be slow.
 */
export class FamilySamples {
  readonly #samples: readonly Sample[];
  readonly #label: string;
  /** By the value of the label, the index of the first sample that may be unmatched; `#next` has the next one of the same value. */
  readonly #first = new Map<string, number>();
  readonly #next: Int32Array;
  readonly #matched: Uint8Array;
  #matchedSeries: ReadonlySet<string> | undefined;

  /** @param label the label of the index, which each object's labels must have */
  constructor(samples: readonly Sample[], label: string) {
    this.#samples = samples;
    this.#label = label;
    this.#next = new Int32Array(samples.length);
    this.#matched = new Uint8Array(samples.length);
    for (let index = samples.length - 1; index >= 0; index -= 1) {
      const value = samples[index]?.labels[label] ?? '';
      this.#next[index] = this.#first.get(value) ?? NONE;
      this.#first.set(value, index);
    }
  }

  /**
   * Returns the unmatched sample with exactly the labels `own` and `more`, which takes precedence, and marks it as matched.
   * A sample with the expected value is preferred. Undefined if there is none.
   */
  match(own: Labels, more: Labels, expected: number): Sample | undefined {
    const value = more[this.#label] ?? own[this.#label] ?? '';
    const size = unionSize(own, more);
    let found = NONE;
    for (let index = this.#first.get(value) ?? NONE; index !== NONE; index = this.#next[index] ?? NONE) {
      const sample = this.#samples[index];
      if (!sample || this.#matched[index] === 1 || !hasLabels(sample.labels, own, more, size)) continue;
      const isEqual = isEqualValue(sample.value, expected);
      if (isEqual || found === NONE) found = index;
      if (isEqual) break;
    }
    if (found === NONE) return undefined;
    this.#matched[found] = 1;
    this.#skipMatched(value);
    return this.#samples[found];
  }

  /** The unmatched samples; `duplicate` if another sample of the same series was matched. */
  *unmatched(): Generator<{ sample: Sample; duplicate: boolean }> {
    for (const [index, sample] of this.#samples.entries()) {
      if (this.#matched[index] === 0) yield { sample, duplicate: this.#isMatched(sample) };
    }
  }

  /** Moves the first index past matched samples: objects mostly have the order of their samples, so the next lookup is short. */
  #skipMatched(value: string): void {
    let first = this.#first.get(value) ?? NONE;
    if (this.#matched[first] === 0 || this.#next[first] === NONE) return;
    while (first !== NONE && this.#matched[first] === 1) first = this.#next[first] ?? NONE;
    this.#first.set(value, first);
  }

  #isMatched(sample: Sample): boolean {
    this.#matchedSeries ??= new Set(
      this.#samples.filter((_, index) => this.#matched[index] === 1).map(({ labels }) => seriesKey(labels)),
    );
    return this.#matchedSeries.has(seriesKey(sample.labels));
  }
}

/** Whether two values are the same to Prometheus; NaN equals NaN. */
export function isEqualValue(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** The name of the label with the most distinct values; '' without labels. */
export function mostDistinctiveLabel(labelSets: readonly Labels[]): string {
  const names = new Set(labelSets.flatMap((labels) => Object.keys(labels)));
  let best = '';
  let most = 0;
  for (const name of names) {
    const values = new Set(labelSets.map((labels) => labels[name])).size;
    if (values > most) {
      best = name;
      most = values;
    }
  }
  return best;
}

function unionSize(own: Labels, more: Labels): number {
  let size = 0;
  for (const _ in own) size += 1;
  for (const name in more) if (own[name] === undefined) size += 1;
  return size;
}

function hasLabels(labels: Labels, own: Labels, more: Labels, size: number): boolean {
  let count = 0;
  for (const name in labels) {
    if (labels[name] !== (more[name] ?? own[name])) return false;
    count += 1;
  }
  return count === size;
}
