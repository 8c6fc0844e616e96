import { isEqualValue } from '../../accounting/match.ts';
import { EMPTY, type PackedSamples } from '../../exposition/packed-samples.ts';

/** An odd multiplier that distributes numbers over all bits of a hash. */
const MULTIPLIER = 0x9e3779b1 | 0;

/** Some labels of the samples of a family, by their numbers; an absent label counts as empty. */
export class LabelColumns {
  readonly samples: PackedSamples;
  readonly names: readonly string[];
  readonly #places: readonly (readonly number[])[];

  constructor(samples: PackedSamples, names: readonly string[]) {
    this.samples = samples;
    this.names = names;
    this.#places = names.map((name) => samples.placesOf(name));
  }

  /** The number of the label at this index of the names. */
  number(row: number, index: number): number {
    const place = this.samples.place(this.#places[index] as readonly number[], row);
    return place < 0 ? EMPTY : this.samples.number(row, place);
  }

  /** A text that the rows with these labels have in common. */
  key(row: number): string {
    let key = '';
    for (let index = 0; index < this.names.length; index++) key += `${this.number(row, index)},`;
    return key;
  }

  hash(row: number): number {
    let hash = 0;
    for (let index = 0; index < this.names.length; index++) {
      hash = Math.imul(hash ^ this.number(row, index), MULTIPLIER);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  /** The indexes of the labels of which another row has other values. */
  differing(row: number, other: LabelColumns, otherRow: number): readonly number[] {
    return this.names.flatMap((_, index) => (this.number(row, index) === other.number(otherRow, index) ? [] : [index]));
  }

  isSame(row: number, other: LabelColumns, otherRow: number): boolean {
    for (let index = 0; index < this.names.length; index++) {
      if (this.number(row, index) !== other.number(otherRow, index)) return false;
    }
    return true;
  }
}

const NONE = -1;

/** The samples of a family by some of their labels. */
export class RowIndex {
  readonly columns: LabelColumns;
  /** The first row of each slot, and the next one after each row. */
  readonly #first: Int32Array;
  readonly #next: Int32Array;
  readonly #hashes: Int32Array;
  readonly #taken: Uint8Array;

  constructor(columns: LabelColumns) {
    const { length } = columns.samples;
    this.columns = columns;
    this.#first = new Int32Array(2 ** Math.ceil(Math.log2(length + 1))).fill(NONE);
    this.#next = new Int32Array(length);
    this.#hashes = new Int32Array(length);
    this.#taken = new Uint8Array(length);
    // From the last one, so that the rows of a slot are in their order.
    for (let row = length - 1; row >= 0; row--) {
      const hash = columns.hash(row);
      const slot = hash & (this.#first.length - 1);
      this.#hashes[row] = hash;
      this.#next[row] = this.#first[slot] as number;
      this.#first[slot] = row;
    }
  }

  /** The first row with the same labels as a row of other columns; negative without one. */
  find(of: LabelColumns, row: number): number {
    const hash = of.hash(row);
    let found = this.#first[hash & (this.#first.length - 1)] as number;
    while (found >= 0 && !this.#isSame(found, hash, of, row)) found = this.#next[found] as number;
    return found;
  }

  /** Removes the first row with the same labels and value as a row of other columns, or else the first one with the same labels. */
  take(of: LabelColumns, row: number): number {
    const hash = of.hash(row);
    const slot = hash & (this.#first.length - 1);
    const value = of.samples.value(row);
    let [found, beforeFound, before] = [NONE, NONE, NONE];
    for (let next = this.#first[slot] as number; next >= 0; next = this.#next[next] as number) {
      if (this.#isSame(next, hash, of, row)) {
        const isEqual = isEqualValue(this.columns.samples.value(next), value);
        if (isEqual || found < 0) [found, beforeFound] = [next, before];
        if (isEqual) break;
      }
      before = next;
    }
    if (found < 0) return NONE;
    this.#taken[found] = 1;
    if (beforeFound < 0) this.#first[slot] = this.#next[found] as number;
    else this.#next[beforeFound] = this.#next[found] as number;
    return found;
  }

  /** The rows that were not taken. */
  get rest(): readonly number[] {
    const rows: number[] = [];
    for (let row = 0; row < this.#taken.length; row++) if (this.#taken[row] === 0) rows.push(row);
    return rows;
  }

  #isSame(own: number, hash: number, of: LabelColumns, row: number): boolean {
    return this.#hashes[own] === hash && this.columns.isSame(own, of, row);
  }
}
