const SMALLEST = 1024;

/** What is known of a series that was seen: enough to find where it was written. */
export interface SeenSeries {
  /** The line it stands in. */
  readonly line: number;
  /** Where that line begins in the exposition, in bytes. */
  readonly offset: number;
}

/**
 * The series of one family by their hash, about 28 bytes each, so that a family of millions fits. Equal hashes only make a
 * candidate: whoever asks compares what is written.
 */
export class SeriesTable {
  #slots = new Int32Array(SMALLEST * 2);
  #used = SMALLEST * 2;
  #hashes = new Int32Array(SMALLEST);
  #lines = new Int32Array(SMALLEST);
  #offsets = new Float64Array(SMALLEST);
  #count = 0;

  /** Forgets all series, as families share none, and keeps the memory for the next family. */
  clear(): void {
    this.#count = 0;
    this.#used = SMALLEST * 2;
    this.#slots.fill(0, 0, this.#used);
  }

  /**
   * Remembers a series, unless it was seen before. `isSame` is asked for each earlier series of the same hash whether it is
   * the same one. Returns that, or undefined if the series is new.
   */
  add(hash: number, line: number, offset: number, isSame: (earlier: SeenSeries) => boolean): SeenSeries | undefined {
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
