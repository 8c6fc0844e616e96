/** The bytes with a meaning in an exposition. */
export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const COMMA = 0x2c;
export const LESS_THAN = 0x3c;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
export const LOWER_N = 0x6e;
export const OPENING_BRACE = 0x7b;
export const CLOSING_BRACE = 0x7d;

const LABEL_NAME_START = 1;
const LABEL_NAME = 2;
const METRIC_NAME_START = 4;
const METRIC_NAME = 8;

/** For each byte its places in names, as bits. A table, as it is read for every byte of every new name. */
const nameClasses = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z_]/.test(character)) nameClasses[byte] = LABEL_NAME_START | LABEL_NAME | METRIC_NAME_START | METRIC_NAME;
  if (/[0-9]/.test(character)) nameClasses[byte] = LABEL_NAME | METRIC_NAME;
  if (character === ':') nameClasses[byte] = METRIC_NAME_START | METRIC_NAME;
}

export function endsMetricName(byte: number): boolean {
  return ((nameClasses[byte] as number) & METRIC_NAME) === 0;
}

/** The index after the metric name at `at`; `at` if there is none. */
export function skipMetricName(bytes: Uint8Array, at: number): number {
  if (((nameClasses[bytes[at] as number] as number) & METRIC_NAME_START) === 0) return at;
  let end = at + 1;
  while (((nameClasses[bytes[end] as number] as number) & METRIC_NAME) !== 0) end++;
  return end;
}

/** The index after the label name at `at`; `at` if there is none. */
export function skipLabelName(bytes: Uint8Array, at: number): number {
  if (((nameClasses[bytes[at] as number] as number) & LABEL_NAME_START) === 0) return at;
  let end = at + 1;
  while (((nameClasses[bytes[end] as number] as number) & LABEL_NAME) !== 0) end++;
  return end;
}

/** The index of the first byte from `at` that is neither a space nor a tab. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  let end = at;
  while (bytes[end] === SPACE || bytes[end] === TAB) end++;
  return end;
}

/** The index after the token at `at`: that of a blank or the line feed. */
export function skipToken(bytes: Uint8Array, at: number): number {
  let end = at;
  while (bytes[end] !== SPACE && bytes[end] !== TAB && bytes[end] !== LINE_FEED) end++;
  return end;
}

/** The token at `at` for a message: quoted, at most 40 bytes. */
export function describeToken(bytes: Buffer, at: number): string {
  const end = skipToken(bytes, at);
  if (end === at) return bytes[at] === LINE_FEED ? 'the end of the line' : 'a blank';
  const text = bytes.toString('utf8', at, Math.min(end, at + 40));
  return JSON.stringify(end > at + 40 ? `${text}…` : text);
}

/** FNV-1a, a hash with one multiplication per byte. */
export const HASH_SEED = 0x811c9dc5 | 0;
export const HASH_PRIME = 0x01000193;

export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), HASH_PRIME);
  return hash;
}

/** Distributes a hash over all its bits (the finalizer of MurmurHash3), so that sums of hashes rarely collide. */
export function spread(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * The number of bytes that a buffer has after its last line feed. The hot path reads four bytes at a time, as a little-endian word, and
 * may read beyond the line feed; the values of these bytes do not matter.
 */
export const SLACK = 8;

const EACH = 0x01010101;
const TOP_OF_EACH = 0x80808080 | 0;
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const LINE_FEEDS = 0x0a0a0a0a;

/**
 * Finds the first quote, backslash or line feed in a word, which ends a run of plain bytes of a label value. Zero if there is none;
 * otherwise the lowest set bit is the top bit of that byte. (Higher bits may be wrong.)
 */
export function endsInWord(word: number): number {
  const quotes = word ^ QUOTES;
  const backslashes = word ^ BACKSLASHES;
  const lineFeeds = word ^ LINE_FEEDS;
  return (((quotes - EACH) & ~quotes) | ((backslashes - EACH) & ~backslashes) | ((lineFeeds - EACH) & ~lineFeeds)) & TOP_OF_EACH;
}

/** The number of bytes before the one that `endsInWord` found. */
export function bytesBefore(ends: number): number {
  return (31 - Math.clz32(ends & -ends)) >> 3;
}

/** The first `count` bytes of a word, less than four; the others are zero. */
export function firstBytes(word: number, count: number): number {
  return word & ((1 << (count * 8)) - 1);
}

/** Bytes that are expected to occur again, compared by words. */
export class ExpectedBytes {
  length = 0;
  #words = new Int32Array(16);
  #whole = 0;
  #last = 0;
  #lastBytes = 0;

  /** Expects the bytes from `start` to `end`, followed by `suffix`. */
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

  /** Whether the expected bytes are at `at`; false if none are set. */
  isAt(view: DataView, at: number): boolean {
    const words = this.#words;
    const whole = this.#whole;
    for (let index = 0; index < whole; index++) if (view.getInt32(at + index * 4, true) !== words[index]) return false;
    return this.length > 0 && firstBytes(view.getInt32(at + whole * 4, true), this.#lastBytes) === this.#last;
  }
}
