/**
 * The hot path goes four bytes at a time, as one little-endian word. It may look at words that begin on the line feed, so a
 * buffer goes on for this many bytes after its last line feed; what they are does not matter.
 */
export const SLACK = 8;

const EACH = 0x01010101;
const TOP_OF_EACH = 0x80808080 | 0;
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const LINE_FEEDS = 0x0a0a0a0a;

/**
 * Which bytes of a word end a run of plain bytes of a label value: a quote, a backslash, a line feed. Zero if none does; else the
 * lowest bit that is set is the top bit of the first that does. (Bits above that one may be wrong.)
 */
export function endsInWord(word: number): number {
  const quotes = word ^ QUOTES;
  const backslashes = word ^ BACKSLASHES;
  const lineFeeds = word ^ LINE_FEEDS;
  return (((quotes - EACH) & ~quotes) | ((backslashes - EACH) & ~backslashes) | ((lineFeeds - EACH) & ~lineFeeds)) & TOP_OF_EACH;
}

/** How many bytes of the word come before the first end that `endsInWord` found. */
export function bytesBefore(ends: number): number {
  return (31 - Math.clz32(ends & -ends)) >> 3;
}

/** The first `count` bytes of a word, fewer than four; the others are zero. */
export function firstBytes(word: number, count: number): number {
  return word & ((1 << (count * 8)) - 1);
}

/** Bytes that are expected to come again, for comparing by words. */
export class ExpectedBytes {
  length = 0;
  #words = new Int32Array(16);
  #whole = 0;
  #last = 0;
  #lastBytes = 0;

  /** Expects the bytes from `start` to `end`, and those of `suffix` after them. */
  set(bytes: Uint8Array, start: number, end: number, suffix = ''): void {
    const expected = Buffer.alloc(end - start + suffix.length + SLACK);
    expected.set(bytes.subarray(start, end));
    expected.write(suffix, end - start, 'latin1');
    this.length = end - start + suffix.length;
    this.#whole = this.length >> 2;
    if (this.#whole > this.#words.length) this.#words = new Int32Array(this.#whole * 2);
    for (let index = 0; index < this.#whole; index++) this.#words[index] = expected.readInt32LE(index * 4);
    this.#lastBytes = this.length & 3;
    this.#last = firstBytes(expected.readInt32LE(this.#whole * 4), this.#lastBytes);
  }

  /** Whether something is expected and the bytes from `at` on are it. */
  isAt(view: DataView, at: number): boolean {
    const words = this.#words;
    const whole = this.#whole;
    for (let index = 0; index < whole; index++) if (view.getInt32(at + index * 4, true) !== words[index]) return false;
    return this.length > 0 && firstBytes(view.getInt32(at + whole * 4, true), this.#lastBytes) === this.#last;
  }
}
