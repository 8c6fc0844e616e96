import {
  BACKSLASH,
  CLOSING_BRACE,
  COMMA,
  EQUALS,
  HASH_PRIME,
  HASH_SEED,
  hashOf,
  LINE_FEED,
  LOWER_N,
  QUOTE,
  SPACE,
  seen,
  skipBlanks,
  skipLabelName,
  spread,
  TAB,
} from './bytes.ts';
import type { Format } from './model.ts';
import type { Fault, Rule } from './rules.ts';
import { bytesBefore, ExpectedBytes, endsInWord, firstBytes, SLACK } from './words.ts';

/** From how many labels on a set is cheaper than comparing all pairs, and no line can make the reader slow. */
const MANY_LABELS = 32;

/** A label name as the line before wrote it at the same place, with the `="` that follows it. */
class ExpectedName extends ExpectedBytes {
  hash = 0;
}

/**
 * Reads `name="value",…}` on bytes. Lines of one family repeat their label names, so each name is first compared with that of
 * the line before, which costs little.
 */
export class LabelReader {
  count = 0;
  /** For each label four indexes into the buffer: where its name begins and ends, where its value begins and ends. */
  spans = new Int32Array(4 * MANY_LABELS);
  /** For each label a hash of its value's bytes. */
  valueHashes = new Int32Array(MANY_LABELS);
  /** Of all labels, the same in whichever order they are written. */
  hash = 0;
  /** Whether every label has the name that it had, at its place, in the line before. */
  sameNames = false;
  fault: Fault | undefined;
  #valueHash = 0;
  readonly #blanksAllowed: boolean;
  readonly #expected: ExpectedName[] = [];
  /** How many of the expected names, from the first on, are known to differ from each other. */
  #distinct = 0;

  constructor(format: Format) {
    this.#blanksAllowed = format === 'text';
  }

  clear(): void {
    this.sameNames = this.count === 0;
    this.count = 0;
    this.hash = 0;
  }

  /** Reads from the byte after the opening brace. Returns the index after the closing one, or -1 and sets `fault`. */
  read(bytes: Buffer, view: DataView, from: number): number {
    const before = this.count;
    let at = from;
    let index = 0;
    let sum = 0;
    let changed = false;
    for (;;) {
      if (bytes[at] === SPACE || bytes[at] === TAB) {
        if (!this.#blanksAllowed) return this.#fail('whitespace', at, 'OpenMetrics allows no blank between labels.');
        at = skipBlanks(bytes, at);
      }
      if (bytes[at] === CLOSING_BRACE) {
        if (index > 0 && !this.#blanksAllowed) {
          return this.#fail('label-syntax', at, 'OpenMetrics allows no comma after the last label.');
        }
        at++;
        break;
      }
      if (index === this.valueHashes.length) this.#grow();
      const nameAt = at;
      let expected = this.#expected[index];
      if (expected?.isAt(view, at)) {
        at += expected.length;
      } else {
        at = this.#readName(bytes, at, index);
        if (at < 0) return -1;
        expected = this.#expected[index] as ExpectedName;
        changed = true;
      }
      const valueAt = at;
      at = this.#readValue(bytes, view, at);
      if (at < 0) return -1;
      const span = index * 4;
      this.spans[span] = nameAt;
      this.spans[span + 1] = nameAt + expected.length - 2;
      this.spans[span + 2] = valueAt;
      this.spans[span + 3] = at;
      this.valueHashes[index] = this.#valueHash;
      sum = (sum + spread(expected.hash + Math.imul(this.#valueHash, HASH_PRIME))) | 0;
      index++;
      at++;
      if (this.#blanksAllowed) at = skipBlanks(bytes, at);
      if (bytes[at] === COMMA) at++;
      else if (bytes[at] === CLOSING_BRACE) {
        at++;
        break;
      } else return this.#unexpected(bytes, at, 'a comma or the closing brace after a label');
    }
    this.sameNames = !changed && index === before;
    this.count = index;
    this.hash = sum;
    if (changed || index > this.#distinct) {
      const twice = this.#nameTwice(bytes);
      this.#distinct = index;
      if (twice >= 0) return this.#fail('duplicate-label-name', twice, 'This label name stands twice in one sample.');
    }
    return at;
  }

  /** Reads a name that is not the expected one, with the `="` after it, and expects it in the next line. */
  #readName(bytes: Buffer, at: number, index: number): number {
    const end = skipLabelName(bytes, at);
    if (end === at) {
      if (bytes[at] === LINE_FEED) return this.#unexpected(bytes, at, 'a label name');
      return this.#fail(
        'invalid-label-name',
        at,
        `A label name begins with a letter or an underscore, not with ${seen(bytes, at)}.`,
      );
    }
    let valueAt = this.#blanksAllowed ? skipBlanks(bytes, end) : end;
    if (bytes[valueAt] !== EQUALS) return this.#unexpected(bytes, valueAt, 'an equals sign after the label name');
    valueAt = this.#blanksAllowed ? skipBlanks(bytes, valueAt + 1) : valueAt + 1;
    if (bytes[valueAt] !== QUOTE) return this.#unexpected(bytes, valueAt, 'a quoted label value');
    const expected = this.#expected[index] ?? new ExpectedName();
    this.#expected[index] = expected;
    expected.set(bytes, at, end, '="');
    expected.hash = hashOf(bytes, at, end);
    return valueAt + 1;
  }

  /** Reads and hashes a value. Returns the index of its closing quote, or -1 and sets `fault`. */
  #readValue(bytes: Buffer, view: DataView, from: number): number {
    let at = from;
    let hash = HASH_SEED;
    let unknownEscape = false;
    for (;;) {
      let word = view.getInt32(at, true);
      let ends = endsInWord(word);
      while (ends === 0) {
        hash = Math.imul(hash ^ word, HASH_PRIME);
        hash ^= hash >>> 15;
        at += 4;
        word = view.getInt32(at, true);
        ends = endsInWord(word);
      }
      const rest = bytesBefore(ends);
      hash = (Math.imul(hash ^ firstBytes(word, rest), HASH_PRIME) + rest) | 0;
      at += rest;
      const byte = bytes[at];
      if (byte === QUOTE) break;
      if (byte === LINE_FEED) {
        return this.#fail('truncated-line', at, 'The line ends within a label value: its closing quote is missing.');
      }
      const escaped = bytes[at + 1] as number;
      if (escaped !== LOWER_N && escaped !== QUOTE && escaped !== BACKSLASH) {
        if (this.#blanksAllowed || escaped === LINE_FEED) return this.#badEscape(bytes, at);
        unknownEscape = true;
      }
      hash = Math.imul(hash ^ escaped, HASH_PRIME);
      at += 2;
    }
    this.#valueHash = hash;
    if (unknownEscape) this.#hashAsKnown(bytes.toString('latin1', from, at));
    return at;
  }

  /** OpenMetrics takes an unknown escape for itself: \a means what \\a means, so both have the hash of the latter. */
  #hashAsKnown(value: string): void {
    const known = value.replace(/\\(.)/gs, (whole, escaped: string) => ('n"\\'.includes(escaped) ? whole : `\\${whole}`));
    const bytes = Buffer.alloc(known.length + 1 + SLACK);
    bytes.write(`${known}"`, 'latin1');
    this.#readValue(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0);
  }

  /** Where the second of two equal label names begins, or -1. */
  #nameTwice(bytes: Buffer): number {
    const { count, spans } = this;
    if (count > MANY_LABELS) {
      const names = new Set<string>();
      for (let index = 0; index < count; index++) {
        names.add(bytes.toString('latin1', spans[index * 4], spans[index * 4 + 1]));
        if (names.size <= index) return spans[index * 4] as number;
      }
      return -1;
    }
    for (let index = 1; index < count; index++) {
      const start = spans[index * 4] as number;
      const end = spans[index * 4 + 1] as number;
      for (let other = 0; other < index; other++) {
        const otherStart = spans[other * 4] as number;
        const otherEnd = spans[other * 4 + 1] as number;
        if (end - start !== otherEnd - otherStart) continue;
        if (bytes.compare(bytes, otherStart, otherEnd, start, end) === 0) return start;
      }
    }
    return -1;
  }

  #grow(): void {
    const spans = new Int32Array(this.spans.length * 2);
    spans.set(this.spans);
    this.spans = spans;
    const valueHashes = new Int32Array(this.valueHashes.length * 2);
    valueHashes.set(this.valueHashes);
    this.valueHashes = valueHashes;
  }

  #badEscape(bytes: Buffer, at: number): number {
    if (bytes[at + 1] === LINE_FEED) return this.#fail('truncated-line', at + 1, 'The line ends within a label value.');
    return this.#fail('bad-escape', at, 'A label value knows the escapes \\\\, \\" and \\n only.');
  }

  #unexpected(bytes: Buffer, at: number, wanted: string): number {
    if (bytes[at] === LINE_FEED) return this.#fail('truncated-line', at, `The line ends within the labels: wanted ${wanted}.`);
    return this.#fail('label-syntax', at, `Wanted ${wanted}, saw ${seen(bytes, at)}.`);
  }

  #fail(rule: Rule, at: number, message: string): number {
    this.fault = { rule, at, message };
    // What was read of this line is not what the next one is compared with.
    this.count = -1;
    this.#distinct = 0;
    return -1;
  }
}
