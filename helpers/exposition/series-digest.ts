import { BACKSLASH, hashOf, LOWER_N, QUOTE, SLACK } from './bytes.ts';
import { LabelReader } from './label-reader.ts';
import type { Labels } from './model.ts';
import type { SampleLine } from './sample-line.ts';

/** An odd multiplier other than that of the reader's hash, so that the two hashes of a label are independent. */
const MULTIPLIER = 0x9e3779b1 | 0;
const SEED = 0x2545f491;
/** How many values of a label name are remembered. */
const REMEMBERED = 50_000;

/** The digest of a label. */
interface Digest {
  readonly a: number;
  readonly b: number;
}

/**
 * The digest of a label set, by which series are compared without keeping them: the sums of two independent hashes of its labels, 64 bits
 * together, whatever the order of the labels. That two of ten million series share one has a probability of 1 to 300,000.
 */
export class SeriesDigest {
  /** The reader's own hash. */
  a = 0;
  b = 0;
  readonly #reader = new LabelReader('text');
  readonly #remembered = new Map<string, Map<string, Digest>>();
  /** The second hash of each label name of the line before. */
  readonly #nameHashes: number[] = [];
  #scratch = Buffer.alloc(4096);
  #view = viewOf(this.#scratch);

  /** The digest of a line's labels; of each line of an exposition in turn, as names are remembered from the line before. */
  read({ bytes, labels }: SampleLine): void {
    this.a = labels.hash;
    const { count, spans, sameNames } = labels;
    const names = this.#nameHashes;
    let sum = 0;
    for (let index = 0; index < count; index++) {
      const span = index * 4;
      if (!sameNames) names[index] = hashOf(bytes, spans[span] as number, spans[span + 1] as number);
      sum = (sum + mixed((names[index] as number) ^ valueHash(bytes, spans[span + 2] as number, spans[span + 3] as number))) | 0;
    }
    this.b = sum;
  }

  /**
   * The digest of a label set.
   * @param areCommon whether the labels are likely to occur again, and are remembered
   */
  set(labels: Labels, areCommon: boolean): void {
    this.a = 0;
    this.b = 0;
    for (const name in labels) {
      const value = labels[name] as string;
      this.#add(areCommon ? this.#remember(name, value) : this.#digestOf(name, value), 1);
    }
  }

  /** The digest of an object's labels, which `own` is, with further labels, which take precedence. */
  setWith(own: Digest, ownLabels: Labels, labels: Labels): void {
    this.a = own.a;
    this.b = own.b;
    for (const name in labels) {
      const replaced = ownLabels[name];
      if (replaced !== undefined) this.#add(this.#digestOf(name, replaced), -1);
      this.#add(this.#remember(name, labels[name] as string), 1);
    }
  }

  #add({ a, b }: Digest, sign: number): void {
    this.a = (this.a + sign * a) | 0;
    this.b = (this.b + sign * b) | 0;
  }

  #remember(name: string, value: string): Digest {
    let values = this.#remembered.get(name);
    if (values === undefined || values.size === REMEMBERED) {
      values = new Map();
      this.#remembered.set(name, values);
    }
    const known = values.get(value);
    if (known) return known;
    const digest = this.#digestOf(name, value);
    values.set(value, digest);
    return digest;
  }

  /** Reads the label as the exposition has it, so that both sides have the same digest. */
  #digestOf(name: string, value: string): Digest {
    const text = `${name}="${/["\\\n]/.test(value) ? escaped(value) : value}"}`;
    if (text.length * 3 + SLACK > this.#scratch.length) {
      this.#scratch = Buffer.alloc(text.length * 3 + SLACK);
      this.#view = viewOf(this.#scratch);
    }
    this.#scratch.write(text);
    // A name that no exposition can have: its series cannot be exposed.
    if (this.#reader.read(this.#scratch, this.#view, 0) < 0) return { a: SEED, b: MULTIPLIER };
    const [nameAt = 0, nameEnd = 0, valueAt = 0, valueEnd = 0] = this.#reader.spans;
    const nameHash = hashOf(this.#scratch, nameAt, nameEnd);
    return { a: this.#reader.hash, b: mixed(nameHash ^ valueHash(this.#scratch, valueAt, valueEnd)) };
  }
}

function valueHash(bytes: Buffer, start: number, end: number): number {
  let hash = SEED;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    hash = Math.imul(hash ^ byte, MULTIPLIER);
    if (byte !== BACKSLASH) continue;
    const next = bytes[at + 1] as number;
    // In OpenMetrics an unknown escape is literal: \a is the same as \\a.
    if (next === LOWER_N || next === QUOTE || next === BACKSLASH) at++;
    hash = Math.imul(hash ^ (next === LOWER_N || next === QUOTE ? next : BACKSLASH), MULTIPLIER);
  }
  return hash;
}

/** Distributes a hash over all its bits, with other constants than the reader's. Source: C. Wellons, "Prospecting for hash functions". */
function mixed(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return h ^ (h >>> 16);
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
}
