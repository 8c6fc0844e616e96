const INITIAL_SIZE = 1024;

/** The position of a series in the exposition. */
export interface EarlierSeries {
  readonly line: number;
  /** The start of the line, in bytes. */
  readonly offset: number;
}

/**
 * The series of one family by their hash: about 28 bytes per series, so a family of millions fits in memory. Series with equal hashes
 * must be compared by the caller.
 */
export class SeriesTable {
  #slots = new Int32Array(INITIAL_SIZE * 2);
  #used = INITIAL_SIZE * 2;
  #hashes = new Int32Array(INITIAL_SIZE);
  #lines = new Int32Array(INITIAL_SIZE);
  #offsets = new Float64Array(INITIAL_SIZE);
  #count = 0;

  /** Removes all series and keeps the memory for the next family. */
  clear(): void {
    this.#count = 0;
    this.#used = INITIAL_SIZE * 2;
    this.#slots.fill(0, 0, this.#used);
  }

  /**
   * Adds a series. Returns the earlier occurrence, or undefined if the series is new.
   * @param isSame whether an earlier series with the same hash is the same series
   */
  add(hash: number, line: number, offset: number, isSame: (earlier: EarlierSeries) => boolean): EarlierSeries | undefined {
    const mask = this.#used - 1;
    let slot = hash & mask;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry === 0) break;
      if (this.#hashes[entry - 1] === hash) {
        const earlier = { line: this.#lines[entry - 1] as number, offset: this.#offsets[entry - 1] as number };
        if (isSame(earlier)) return earlier;
      }
      slot = (slot + 1) & mask;
    }
    const index = this.#count++;
    this.#slots[slot] = index + 1;
    this.#hashes[index] = hash;
    this.#lines[index] = line;
    this.#offsets[index] = offset;
    if (this.#count * 2 > this.#used || this.#count === this.#hashes.length) this.#grow();
    return undefined;
  }

  #grow(): void {
    if (this.#count === this.#hashes.length) {
      const size = this.#count * 2;
      this.#hashes = copied(this.#hashes, new Int32Array(size));
      this.#lines = copied(this.#lines, new Int32Array(size));
      this.#offsets = copied(this.#offsets, new Float64Array(size));
    }
    if (this.#count * 2 <= this.#used) return;
    this.#used *= 2;
    if (this.#used > this.#slots.length) this.#slots = new Int32Array(this.#used);
    else this.#slots.fill(0, 0, this.#used);
    const mask = this.#used - 1;
    for (let index = 0; index < this.#count; index++) {
      let slot = (this.#hashes[index] as number) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = index + 1;
    }
  }
}

function copied<Numbers extends Int32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
