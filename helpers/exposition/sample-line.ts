import {
  describeToken,
  ExpectedBytes,
  endsMetricName,
  HASH,
  hashOf,
  LINE_FEED,
  OPENING_BRACE,
  SPACE,
  skipBlanks,
  skipMetricName,
  skipToken,
  spread,
  TAB,
} from './bytes.ts';
import { LabelReader } from './label-reader.ts';
import type { Fault, Format, Rule } from './model.ts';
import { isTimestamp, NumberReader } from './number-reader.ts';

/** The maximum number of characters of an exemplar's label names and values in OpenMetrics. */
const CARRIAGE_RETURN = 0x0d;
const MAX_EXEMPLAR_LENGTH = 128;

/**
 * The parser of a line with a value. The object is reused for every line, so its fields are valid until the next one is read.
 */
export class SampleLine {
  /** The buffer with the line, into which the indexes below are. */
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  nameEnd = 0;
  /** The end of the series: name and labels. */
  seriesEnd = 0;
  /** Whether the name is that of the line before. */
  sameName = false;
  readonly labels: LabelReader;
  /** A hash of name and labels, independent of the order of labels. */
  seriesHash = 0;
  value = 0;
  /** The start and end of the timestamp; -1 if there is none. */
  timestampAt = -1;
  timestampEnd = -1;
  /** The start of the exemplar; -1 if there is none. */
  exemplarAt = -1;
  fault: Fault | undefined;
  readonly #format: Format;
  readonly #number = new NumberReader();
  readonly #exemplarLabels: LabelReader;
  readonly #name = new ExpectedBytes();
  #nameHash = 0;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #previousInvalid = false;

  constructor(format: Format) {
    this.#format = format;
    this.labels = new LabelReader(format);
    this.#exemplarLabels = new LabelReader(format);
  }

  /**
   * Parses the line at `from`; the buffer must have its line feed and `SLACK` bytes after it. Returns the index of the line feed, or -1 and
   * sets `fault`.
   */
  read(bytes: Buffer, from: number): number {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.start = from;
    const end = this.#read(bytes, from);
    if (end >= 0 && this.#previousInvalid) {
      this.sameName = false;
      this.labels.sameNames = false;
    }
    this.#previousInvalid = end < 0;
    return end;
  }

  #read(bytes: Buffer, from: number): number {
    let at = from + this.#name.length;
    this.sameName = this.#name.isAt(this.#view, from) && endsMetricName(bytes[at] as number);
    if (!this.sameName) {
      at = this.#readName(bytes, from);
      if (at < 0) return -1;
    }
    this.nameEnd = at;
    if (this.#format === 'text' && bytes[at] !== OPENING_BRACE) {
      const after = skipBlanks(bytes, at);
      if (bytes[after] === OPENING_BRACE) at = after;
    }
    if (bytes[at] === OPENING_BRACE) {
      at = this.labels.read(bytes, this.#view, at + 1);
      if (at < 0) {
        this.fault = this.labels.fault;
        return -1;
      }
    } else this.labels.clear();
    this.seriesEnd = at;
    this.seriesHash = spread((this.labels.hash + this.#nameHash) | 0);
    this.timestampAt = -1;
    this.exemplarAt = -1;
    return this.#readValue(bytes, at);
  }

  get name(): string {
    return this.bytes.toString('latin1', this.start, this.nameEnd);
  }

  /** Whether its series may have several samples: OpenMetrics allows them with different timestamps. */
  get isPoint(): boolean {
    return this.timestampAt >= 0 && this.#format === 'openmetrics';
  }

  #readName(bytes: Buffer, from: number): number {
    const end = skipMetricName(bytes, from);
    const byte = bytes[end];
    if (end === from || (byte !== OPENING_BRACE && byte !== SPACE && byte !== TAB && byte !== LINE_FEED)) {
      const rule =
        end === from ? 'starts with a letter, an underscore or a colon' : 'has only letters, digits, underscores and colons';
      return this.#fail('invalid-metric-name', end, `A metric name ${rule}, got ${describeToken(bytes, end)}.`);
    }
    this.#name.set(bytes, from, end);
    this.#nameHash = hashOf(bytes, from, end);
    return end;
  }

  #readValue(bytes: Buffer, from: number): number {
    const at = this.#skipSeparator(bytes, from);
    if (at < 0) return -1;
    if (bytes[at] === LINE_FEED) return this.#fail('missing-value', at, 'The line has no value.');
    const end = this.#number.read(bytes, at);
    if (end < 0) return this.#fail('bad-value', at, badValue(bytes, at));
    this.value = this.#number.value;
    return bytes[end] === LINE_FEED ? end : this.#readTail(bytes, end);
  }

  /** Reads from the end of the value: a timestamp, an exemplar, or only blanks. */
  #readTail(bytes: Buffer, from: number): number {
    let at = this.#skipSeparator(bytes, from);
    if (at < 0) return -1;
    if (bytes[at] !== LINE_FEED && bytes[at] !== HASH) {
      const end = this.#readTimestamp(bytes, at);
      if (end < 0) return -1;
      this.timestampAt = at;
      this.timestampEnd = end;
      if (bytes[end] === LINE_FEED) return end;
      at = this.#skipSeparator(bytes, end);
      if (at < 0) return -1;
    }
    if (bytes[at] === LINE_FEED) return at;
    if (bytes[at] === HASH) return this.#readExemplar(bytes, at);
    return this.#fail(
      'after-the-sample',
      at,
      `Expected the end of the line after the timestamp, got ${describeToken(bytes, at)}.`,
    );
  }

  #readTimestamp(bytes: Buffer, at: number): number {
    const end = skipToken(bytes, at);
    if (end - at <= 64 && isTimestamp(bytes.toString('latin1', at, end), this.#format)) return end;
    const expected = this.#format === 'text' ? 'a timestamp in whole milliseconds' : 'a timestamp in seconds';
    return this.#fail('bad-timestamp', at, `Expected ${expected}, got ${describeToken(bytes, at)}.`);
  }

  #readExemplar(bytes: Buffer, from: number): number {
    if (this.#format === 'text') return this.#fail('exemplar-not-allowed', from, 'The text format has no exemplars.');
    if (bytes[from + 1] !== SPACE || bytes[from + 2] !== OPENING_BRACE) {
      return this.#fail('bad-exemplar', from, "Expected the exemplar's labels in braces after the hash and one space.");
    }
    const labels = this.#exemplarLabels;
    const at = labels.read(bytes, this.#view, from + 3);
    if (at < 0) {
      this.fault = labels.fault;
      return -1;
    }
    let characters = 0;
    for (let index = 0; index < labels.count; index++) {
      const [start, end, valueStart, valueEnd] = labels.spans.subarray(index * 4, index * 4 + 4);
      characters += [
        ...bytes.toString('utf8', start, end),
        ...bytes.toString('utf8', valueStart, valueEnd).replace(/\\(.)/g, '$1'),
      ].length;
    }
    if (characters > MAX_EXEMPLAR_LENGTH) {
      return this.#fail(
        'bad-exemplar',
        from,
        `The exemplar's labels have ${characters} characters, more than ${MAX_EXEMPLAR_LENGTH}.`,
      );
    }
    const valueAt = this.#skipSeparator(bytes, at);
    if (valueAt < 0) return -1;
    const value = new NumberReader();
    const end = value.read(bytes, valueAt);
    if (end < 0)
      return this.#fail('bad-exemplar', valueAt, `Expected the exemplar's value, got ${describeToken(bytes, valueAt)}.`);
    this.exemplarAt = from;
    if (bytes[end] === LINE_FEED) return end;
    const timestampAt = this.#skipSeparator(bytes, end);
    if (timestampAt < 0) return -1;
    const timestampEnd = this.#readTimestamp(bytes, timestampAt);
    if (timestampEnd < 0 || bytes[timestampEnd] === LINE_FEED) return timestampEnd;
    return this.#fail('after-the-sample', timestampEnd, 'Expected the end of the line after the exemplar.');
  }

  /** Skips one space in OpenMetrics, any blanks in the text format. */
  #skipSeparator(bytes: Buffer, at: number): number {
    if (this.#format === 'text') return skipBlanks(bytes, at);
    if (bytes[at] === LINE_FEED) return at;
    if (bytes[at] !== SPACE)
      return this.#fail('whitespace', at, `OpenMetrics expects one space, got ${describeToken(bytes, at)}.`);
    const next = bytes[at + 1];
    if (next !== SPACE && next !== TAB && next !== LINE_FEED) return at + 1;
    if (next === LINE_FEED && at === this.seriesEnd) return at + 1;
    return this.#fail('whitespace', next === LINE_FEED ? at : at + 1, 'OpenMetrics allows no further blank.');
  }

  #fail(rule: Rule, at: number, message: string): number {
    this.fault = { rule, at, message };
    return -1;
  }
}

function badValue(bytes: Buffer, at: number): string {
  if (bytes[skipToken(bytes, at) - 1] === CARRIAGE_RETURN)
    return 'The line ends with CRLF: expected a line feed without a carriage return.';
  return `Expected a number as the value, got ${describeToken(bytes, at)}.`;
}
