import type { Labels, Sample } from '../exposition/model.ts';
import { seriesKey } from './series.ts';

const NONE = -1;

/**
 * The samples of one family, to be claimed by the objects that must have them. They are found by the value of one label
 * that tells objects apart, and compared label by label: no text is put together for each of a million samples.
 */
export class FamilySamples {
  readonly #samples: readonly Sample[];
  readonly #label: string;
  /** By value of the label, the first sample that may be unclaimed; `#next` leads from one to the next of the same value. */
  readonly #first = new Map<string, number>();
  readonly #next: Int32Array;
  readonly #claimed: Uint8Array;
  #claimedSeries: ReadonlySet<string> | undefined;

  /** @param label the label by which samples are found; each object's own labels must have it. */
  constructor(samples: readonly Sample[], label: string) {
    this.#samples = samples;
    this.#label = label;
    this.#next = new Int32Array(samples.length);
    this.#claimed = new Uint8Array(samples.length);
    for (let index = samples.length - 1; index >= 0; index -= 1) {
      const value = samples[index]?.labels[label] ?? '';
      this.#next[index] = this.#first.get(value) ?? NONE;
      this.#first.set(value, index);
    }
  }

  /**
   * Claims the sample with exactly the labels of `own` and `more`, the latter going first where both have one.
   * Of several such samples one with the expected value is preferred. Undefined when there is none.
   */
  claim(own: Labels, more: Labels, expected: number): Sample | undefined {
    const value = more[this.#label] ?? own[this.#label] ?? '';
    const size = unionSize(own, more);
    let found = NONE;
    for (let index = this.#first.get(value) ?? NONE; index !== NONE; index = this.#next[index] ?? NONE) {
      const sample = this.#samples[index];
      if (!sample || this.#claimed[index] === 1 || !hasLabels(sample.labels, own, more, size)) continue;
      const isEqual = isEqualValue(sample.value, expected);
      if (isEqual || found === NONE) found = index;
      if (isEqual) break;
    }
    if (found === NONE) return undefined;
    this.#claimed[found] = 1;
    this.#passClaimed(value);
    return this.#samples[found];
  }

  /** What nobody claimed, and of each whether another sample of the same series was claimed. */
  *left(): Generator<{ sample: Sample; repeated: boolean }> {
    for (const [index, sample] of this.#samples.entries()) {
      if (this.#claimed[index] === 0) yield { sample, repeated: this.#isClaimed(sample) };
    }
  }

  /** Objects mostly come in the order of their samples, so that the first unclaimed one is the next that is looked for. */
  #passClaimed(value: string): void {
    let first = this.#first.get(value) ?? NONE;
    if (this.#claimed[first] === 0 || this.#next[first] === NONE) return;
    while (first !== NONE && this.#claimed[first] === 1) first = this.#next[first] ?? NONE;
    this.#first.set(value, first);
  }

  #isClaimed(sample: Sample): boolean {
    this.#claimedSeries ??= new Set(
      this.#samples.filter((_, index) => this.#claimed[index] === 1).map(({ labels }) => seriesKey(labels)),
    );
    return this.#claimedSeries.has(seriesKey(sample.labels));
  }
}

/** Values are equal as Prometheus means it, where NaN says that there is no number. */
export function isEqualValue(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

/** Of the labels that objects have themselves, the one whose values tell most of them apart. */
export function mostTelling(labelSets: readonly Labels[]): string {
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
  let seen = 0;
  for (const name in labels) {
    if (labels[name] !== (more[name] ?? own[name])) return false;
    seen += 1;
  }
  return seen === size;
}
