import {
  BACKSLASH,
  bytesBefore,
  CLOSING_BRACE,
  COMMA,
  describeToken,
  EQUALS,
  ExpectedBytes,
  endsInWord,
  firstBytes,
  HASH_PRIME,
  HASH_SEED,
  hashOf,
  LINE_FEED,
  LOWER_N,
  QUOTE,
  SLACK,
  SPACE,
  skipBlanks,
  skipLabelName,
  spread,
  TAB,
} from './bytes.ts';
import type { Fault, Format, Rule } from './model.ts';

/** The number of labels from which a set is faster than comparing all pairs. */
const MANY_LABELS = 32;

/** The label name at the same place in the line before, with the `="` after it. */
class ExpectedName extends ExpectedBytes {
  hash = 0;
}

/**
 * Reads the bytes of `name="value",…}`. Lines of one family have the same label names, so each name is first compared with the one in
 * the line before, which is fast.
 */
export class LabelReader {
  count = 0;
  /** Four indexes into the buffer per label: the start and end of its name, and of its value. */
  spans = new Int32Array(4 * MANY_LABELS);
  /** A hash of the value per label. */
  valueHashes = new Int32Array(MANY_LABELS);
  /** A hash of all labels, independent of their order. */
  hash = 0;
  /** Whether the label names are those of the line before, in the same order. */
  sameNames = false;
  fault: Fault | undefined;
  #valueHash = 0;
  readonly #blanksAllowed: boolean;
  readonly #expected: ExpectedName[] = [];
  /** The number of expected names, from the first, that are known to be distinct. */
  #distinct = 0;

  constructor(format: Format) {
    this.#blanksAllowed = format === 'text';
  }

  clear(): void {
    this.sameNames = this.count === 0;
    this.count = 0;
    this.hash = 0;
  }

  /** Reads from the byte after the opening brace. Returns the index after the closing brace, or -1 and sets `fault`. */
  read(bytes: Buffer, view: DataView, from: number): number {
    const before = this.count;
    let at = from;
    let index = 0;
    let sum = 0;
    let changed = false;
    for (;;) {
      if (bytes[at] === SPACE || bytes[at] === TAB) {
        if (!this.#blanksAllowed) return this.#fail('whitespace', at, 'OpenMetrics allows no blanks between labels.');
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
      const duplicateAt = this.#duplicateName(bytes);
      this.#distinct = index;
      if (duplicateAt >= 0) return this.#fail('duplicate-label-name', duplicateAt, 'The sample has this label name twice.');
    }
    return at;
  }

  /** Reads a name other than the expected one, with the `="` after it, and expects it in the next line. */
  #readName(bytes: Buffer, at: number, index: number): number {
    const end = skipLabelName(bytes, at);
    if (end === at) {
      if (bytes[at] === LINE_FEED) return this.#unexpected(bytes, at, 'a label name');
      return this.#fail(
        'invalid-label-name',
        at,
        `A label name starts with a letter or an underscore, not with ${describeToken(bytes, at)}.`,
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
        return this.#fail('truncated-line', at, 'The line ends within a label value: the closing quote is missing.');
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
    if (unknownEscape) this.#hashLiterally(bytes.toString('latin1', from, at));
    return at;
  }

  /** In OpenMetrics an unknown escape is literal: \a is the same as \\a, so both have the hash of the latter. */
  #hashLiterally(value: string): void {
    const literal = value.replace(/\\(.)/gs, (whole, escaped: string) => ('n"\\'.includes(escaped) ? whole : `\\${whole}`));
    const bytes = Buffer.alloc(literal.length + 1 + SLACK);
    bytes.write(`${literal}"`, 'latin1');
    this.#readValue(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0);
  }

  /** The index of a label name that occurred before, or -1. */
  #duplicateName(bytes: Buffer): number {
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
      for (let earlier = 0; earlier < index; earlier++) {
        const earlierStart = spans[earlier * 4] as number;
        const earlierEnd = spans[earlier * 4 + 1] as number;
        if (end - start !== earlierEnd - earlierStart) continue;
        if (bytes.compare(bytes, earlierStart, earlierEnd, start, end) === 0) return start;
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
    return this.#fail('bad-escape', at, 'The only escapes in a label value are \\\\, \\" and \\n.');
  }

  #unexpected(bytes: Buffer, at: number, expected: string): number {
    if (bytes[at] === LINE_FEED)
      return this.#fail('truncated-line', at, `The line ends within the labels: expected ${expected}.`);
    return this.#fail('label-syntax', at, `Expected ${expected}, got ${describeToken(bytes, at)}.`);
  }

  #fail(rule: Rule, at: number, message: string): number {
    this.fault = { rule, at, message };
    // The next line is not compared with this one.
    this.count = -1;
    this.#distinct = 0;
    return -1;
  }
}
