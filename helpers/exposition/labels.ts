import { hashOf } from './bytes.ts';
import { unescapeText } from './metadata-line.ts';
import type { Labels } from './model.ts';
import type { SampleLine } from './sample-line.ts';

/**
 * An object without a prototype, as `constructor` and `__proto__` are valid label names. A class, as objects of one constructor share
 * their layout, which saves memory for hundreds of thousands of them.
 */
class LabelSet {}
Object.setPrototypeOf(LabelSet.prototype, null);
Reflect.deleteProperty(LabelSet.prototype, 'constructor');

export function emptyLabels(): Record<string, string> {
  return new LabelSet() as Record<string, string>;
}

/** Whether two label sets have the same names and values, in any order. */
export function sameLabels(a: Labels, b: Labels): boolean {
  let count = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}

/** The unescaped labels of a line. */
export function labelsOf({ bytes, labels: { count, spans } }: SampleLine): Labels {
  const labels = emptyLabels();
  for (let index = 0; index < count; index++) {
    const [start, end, valueStart, valueEnd] = spans.subarray(index * 4, index * 4 + 4);
    labels[bytes.toString('latin1', start, end)] = unescapeText(bytes.toString('utf8', valueStart, valueEnd));
  }
  return labels;
}

/** Returns the same string for the same bytes, as the samples of a cluster repeat their label values many times. */
class Interner {
  #slots = new Int32Array(1024).fill(-1);
  #hashes = new Int32Array(512);
  #starts = new Float64Array(513);
  #bytes = Buffer.allocUnsafeSlow(64 * 1024);
  readonly #strings: string[] = [];

  /** The unescaped string of `bytes` from `start` to `end`; `hash` is a hash of those bytes. */
  string(bytes: Buffer, start: number, end: number, hash: number): string {
    const mask = this.#slots.length - 1;
    let slot = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) & mask;
    for (;;) {
      const index = this.#slots[slot] as number;
      if (index < 0) return this.#add(bytes, start, end, hash, slot);
      if (this.#hashes[index] === hash && this.#same(index, bytes, start, end)) return this.#strings[index] as string;
      slot = (slot + 1) & mask;
    }
  }

  #same(index: number, bytes: Buffer, start: number, end: number): boolean {
    const known = this.#starts[index] as number;
    const length = end - start;
    if ((this.#starts[index + 1] as number) - known !== length) return false;
    const kept = this.#bytes;
    for (let at = 0; at < length; at++) if (bytes[start + at] !== kept[known + at]) return false;
    return true;
  }

  #add(bytes: Buffer, start: number, end: number, hash: number, slot: number): string {
    const index = this.#strings.length;
    const string = unescapeText(bytes.toString('utf8', start, end));
    this.#strings.push(string);
    this.#slots[slot] = index;
    this.#hashes[index] = hash;
    const from = this.#starts[index] as number;
    const to = from + end - start;
    while (to > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.#bytes.length * 2);
    this.#bytes.set(bytes.subarray(start, end), from);
    this.#starts[index + 1] = to;
    if (index + 1 === this.#hashes.length) this.#grow();
    return string;
  }

  #grow(): void {
    const count = this.#hashes.length;
    const hashes = new Int32Array(count * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const starts = new Float64Array(count * 2 + 1);
    starts.set(this.#starts);
    this.#starts = starts;
    this.#slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < count; index++) {
      const hash = hashes[index] as number;
      let slot = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) & mask;
      while ((this.#slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = index;
    }
  }
}

/** Reads the labels of lines. Names and values that occur again are the same strings. */
export class InternedLabels {
  readonly #values = new Interner();
  readonly #interned = new Interner();
  #names: string[] = [];
  #isStale = true;

  /** Takes note of a line, each in turn, as its names may be known from the line before. */
  follow({ labels: { sameNames } }: SampleLine): void {
    if (!sameNames) this.#isStale = true;
  }

  /** The labels of the line that was followed last. */
  read({ bytes, labels: { count, spans, valueHashes } }: SampleLine): Labels {
    if (this.#isStale) this.#readNames(bytes, count, spans);
    const names = this.#names;
    const labels = emptyLabels();
    for (let index = 0; index < count; index++) {
      const start = spans[index * 4 + 2] as number;
      const end = spans[index * 4 + 3] as number;
      labels[names[index] as string] = this.#values.string(bytes, start, end, valueHashes[index] as number);
    }
    return labels;
  }

  #readNames(bytes: Buffer, count: number, spans: Int32Array): void {
    this.#isStale = false;
    this.#names = [];
    for (let index = 0; index < count; index++) {
      const start = spans[index * 4] as number;
      const end = spans[index * 4 + 1] as number;
      this.#names.push(this.#interned.string(bytes, start, end, hashOf(bytes, start, end)));
    }
  }
}
