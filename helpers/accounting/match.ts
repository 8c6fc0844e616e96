import type { Sample } from '../exposition/model.ts';
import type { SeriesDigest } from '../exposition/series-digest.ts';

/** A sample, wherever it is in the exposition. */
export type NamedSample = Omit<Sample, 'line'>;

const INITIAL_SIZE = 16;

const PENDING = 0;
const EQUAL = 1;
const UNEQUAL = 2;

/** The digest of a series. */
type Key = Pick<SeriesDigest, 'a' | 'b'>;

/** An exposed sample that is not equal to an expected one, with the digest of its series. */
interface Rest extends Key {
  readonly sample: NamedSample;
}

/** An expected sample that is not exposed, or exposed with another value. */
export interface Unmet {
  /** The number of the object that has it. */
  readonly subject: number;
  /** Its position among the samples that were expected of the object: 0 for the first. */
  readonly position: number;
  /** The sample with the other value; undefined if there is none. */
  readonly sample: NamedSample | undefined;
}

/**
 * The expected samples of one family, with which exposed samples are matched in any order. Of each only the digest of its labels, its
 * value and the number of its object are kept, about 30 bytes: a cluster has millions.
 */
export class ExpectedSamples {
  #slots = new Int32Array(INITIAL_SIZE * 2);
  #a = new Int32Array(INITIAL_SIZE);
  #b = new Int32Array(INITIAL_SIZE);
  #values = new Float64Array(INITIAL_SIZE);
  #subjects = new Int32Array(INITIAL_SIZE);
  #states = new Uint8Array(INITIAL_SIZE);
  #count = 0;
  #equal = 0;
  #rest: Rest[] = [];

  /**
   * Expects a sample. The samples of an object must be added one after another.
   * @param subject the number of the object
   */
  add({ a, b }: Key, value: number, subject: number): void {
    if (this.#count === this.#a.length) this.#grow();
    const index = this.#count++;
    this.#a[index] = a;
    this.#b[index] = b;
    this.#values[index] = value;
    this.#subjects[index] = subject;
    this.#insert(index);
  }

  /** Takes an exposed sample with an expected series and value, each expected one once. Returns false if there is none. */
  take({ a, b }: Key, value: number): boolean {
    const mask = this.#slots.length - 1;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const index = (this.#slots[slot] as number) - 1;
      if (index < 0) return false;
      if (this.#a[index] !== a || this.#b[index] !== b || this.#states[index] !== PENDING) continue;
      if (!isEqualValue(this.#values[index] as number, value)) continue;
      this.#states[index] = EQUAL;
      this.#equal += 1;
      return true;
    }
  }

  /** Keeps an exposed sample that `take` did not take. */
  keep({ a, b }: Key, sample: NamedSample): void {
    this.#rest.push({ a, b, sample });
  }

  /** The number of samples that `take` took. */
  get equal(): number {
    return this.#equal;
  }

  /**
   * Called once all exposed samples were offered: an expected sample that is not exposed, and a kept sample of its series, are a pair.
   * @returns the expected samples that are unmet, in the order in which they were added, and the kept samples without a pair, in theirs;
   * `duplicate` if another sample of the same series has been matched
   */
  settle(): { readonly unmet: readonly Unmet[]; readonly unmatched: readonly { sample: NamedSample; duplicate: boolean }[] } {
    const pairs = new Map<number, NamedSample>();
    const unmatched = this.#rest.filter(({ a, b, sample }) => {
      const index = this.#find({ a, b }, true);
      if (index < 0) return true;
      this.#states[index] = UNEQUAL;
      pairs.set(index, sample);
      return false;
    });
    return {
      unmet: this.#unmet(pairs),
      unmatched: unmatched.map((rest) => ({ sample: rest.sample, duplicate: this.#find(rest, false) >= 0 })),
    };
  }

  #unmet(pairs: ReadonlyMap<number, NamedSample>): readonly Unmet[] {
    const unmet: Unmet[] = [];
    let position = 0;
    for (let index = 0; index < this.#count; index++) {
      position = index > 0 && this.#subjects[index] === this.#subjects[index - 1] ? position + 1 : 0;
      if (this.#states[index] === EQUAL) continue;
      unmet.push({ subject: this.#subjects[index] as number, position, sample: pairs.get(index) });
    }
    return unmet;
  }

  /** The index of the first sample of the series that is pending, or that is not; -1 if there is none. */
  #find({ a, b }: Key, isPending: boolean): number {
    const mask = this.#slots.length - 1;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const index = (this.#slots[slot] as number) - 1;
      if (index < 0) return -1;
      if (this.#a[index] !== a || this.#b[index] !== b) continue;
      if ((this.#states[index] === PENDING) === isPending) return index;
    }
  }

  #insert(index: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#a[index] as number) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = index + 1;
  }

  #grow(): void {
    const size = this.#count * 2;
    this.#a = copied(this.#a, new Int32Array(size));
    this.#b = copied(this.#b, new Int32Array(size));
    this.#values = copied(this.#values, new Float64Array(size));
    this.#subjects = copied(this.#subjects, new Int32Array(size));
    this.#states = copied(this.#states, new Uint8Array(size));
    this.#slots = new Int32Array(size * 2);
    for (let index = 0; index < this.#count; index++) this.#insert(index);
  }
}

/** Whether two values are the same to Prometheus; NaN equals NaN. */
export function isEqualValue(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function copied<Numbers extends Int32Array | Float64Array | Uint8Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
