import {
  endsMetricName,
  HASH,
  hashOf,
  LINE_FEED,
  OPENING_BRACE,
  SPACE,
  seen,
  skipBlanks,
  skipMetricName,
  skipToken,
  spread,
  TAB,
} from './bytes.ts';
import { LabelReader } from './label-reader.ts';
import type { Format } from './model.ts';
import { isTimestamp, NumberReader } from './number-reader.ts';
import type { Fault, Rule } from './rules.ts';
import { ExpectedBytes } from './words.ts';

/** OpenMetrics: the names and values of an exemplar's labels together. */
const LONGEST_EXEMPLAR = 128;

/**
 * One line with a value, read on bytes. The same object is used for every line: whoever wants to keep something copies it.
 */
export class SampleLine {
  /** Where the line is; the indexes below are into it, and valid until the next line is read. */
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  nameEnd = 0;
  /** Where the series, the name with its labels, ends. */
  seriesEnd = 0;
  /** Whether the sample has the name of the one that was read before it. */
  sameName = false;
  readonly labels: LabelReader;
  /** Of the name and the labels, the same in whichever order the labels are written. */
  seriesHash = 0;
  value = 0;
  /** Where the timestamp begins and ends; -1 where there is none. */
  timestampAt = -1;
  timestampEnd = -1;
  /** Where the exemplar begins; -1 where there is none. */
  exemplarAt = -1;
  fault: Fault | undefined;
  readonly #format: Format;
  readonly #number = new NumberReader();
  readonly #exemplarLabels: LabelReader;
  readonly #name = new ExpectedBytes();
  #nameHash = 0;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #refused = false;

  constructor(format: Format) {
    this.#format = format;
    this.labels = new LabelReader(format);
    this.#exemplarLabels = new LabelReader(format);
  }

  /**
   * Reads the line that begins at `from`; the buffer has its line feed and goes on for `SLACK` bytes after that. Returns the
   * index of the line feed, or -1 and sets `fault`.
   */
  read(bytes: Buffer, from: number): number {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.start = from;
    const end = this.#read(bytes, from);
    if (end >= 0 && this.#refused) {
      this.sameName = false;
      this.labels.sameNames = false;
    }
    this.#refused = end < 0;
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

  /** Whether the sample is one of several points that its series may have: OpenMetrics tells them apart by their timestamps. */
  get isPoint(): boolean {
    return this.timestampAt >= 0 && this.#format === 'openmetrics';
  }

  #readName(bytes: Buffer, from: number): number {
    const end = skipMetricName(bytes, from);
    const byte = bytes[end];
    if (end === from || (byte !== OPENING_BRACE && byte !== SPACE && byte !== TAB && byte !== LINE_FEED)) {
      const what =
        end === from ? 'begins with a letter, an underscore or a colon' : 'is of letters, digits, underscores and colons';
      return this.#fail('invalid-metric-name', end, `A metric name ${what}, saw ${seen(bytes, end)}.`);
    }
    this.#name.set(bytes, from, end);
    this.#nameHash = hashOf(bytes, from, end);
    return end;
  }

  #readValue(bytes: Buffer, from: number): number {
    const at = this.#skipSeparator(bytes, from);
    if (at < 0) return -1;
    if (bytes[at] === LINE_FEED) return this.#fail('missing-value', at, 'The line ends where the value was wanted.');
    const end = this.#number.read(bytes, at);
    if (end < 0) return this.#fail('bad-value', at, `Wanted a number as the value, saw ${seen(bytes, at)}.`);
    this.value = this.#number.value;
    return bytes[end] === LINE_FEED ? end : this.#readTail(bytes, end);
  }

  /** From the end of the value: a timestamp, an exemplar, or nothing but blanks. */
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
    return this.#fail('after-the-sample', at, `Wanted the end of the line after the timestamp, saw ${seen(bytes, at)}.`);
  }

  #readTimestamp(bytes: Buffer, at: number): number {
    const end = skipToken(bytes, at);
    if (end - at <= 64 && isTimestamp(bytes.toString('latin1', at, end), this.#format)) return end;
    const wanted = this.#format === 'text' ? 'a timestamp in whole milliseconds' : 'a timestamp in seconds';
    return this.#fail('bad-timestamp', at, `Wanted ${wanted}, saw ${seen(bytes, at)}.`);
  }

  #readExemplar(bytes: Buffer, from: number): number {
    if (this.#format === 'text') return this.#fail('exemplar-not-allowed', from, 'The text format has no exemplars.');
    if (bytes[from + 1] !== SPACE || bytes[from + 2] !== OPENING_BRACE) {
      return this.#fail('bad-exemplar', from, "Wanted an exemplar's labels in braces after the hash and one space.");
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
    if (characters > LONGEST_EXEMPLAR) {
      return this.#fail(
        'bad-exemplar',
        from,
        `The exemplar's labels have ${characters} characters, ${LONGEST_EXEMPLAR} are allowed.`,
      );
    }
    const valueAt = this.#skipSeparator(bytes, at);
    if (valueAt < 0) return -1;
    const value = new NumberReader();
    const end = value.read(bytes, valueAt);
    if (end < 0) return this.#fail('bad-exemplar', valueAt, `Wanted the exemplar's value, saw ${seen(bytes, valueAt)}.`);
    this.exemplarAt = from;
    if (bytes[end] === LINE_FEED) return end;
    const timestampAt = this.#skipSeparator(bytes, end);
    if (timestampAt < 0) return -1;
    const timestampEnd = this.#readTimestamp(bytes, timestampAt);
    if (timestampEnd < 0 || bytes[timestampEnd] === LINE_FEED) return timestampEnd;
    return this.#fail('after-the-sample', timestampEnd, 'Wanted the end of the line after the exemplar.');
  }

  /** OpenMetrics wants one space between what a line says; the text format takes blanks as it finds them. */
  #skipSeparator(bytes: Buffer, at: number): number {
    if (this.#format === 'text') return skipBlanks(bytes, at);
    if (bytes[at] === LINE_FEED) return at;
    if (bytes[at] !== SPACE) return this.#fail('whitespace', at, `OpenMetrics wants one space here, saw ${seen(bytes, at)}.`);
    const next = bytes[at + 1];
    if (next !== SPACE && next !== TAB && next !== LINE_FEED) return at + 1;
    if (next === LINE_FEED && at === this.seriesEnd) return at + 1;
    return this.#fail('whitespace', next === LINE_FEED ? at : at + 1, 'OpenMetrics allows no further blank here.');
  }

  #fail(rule: Rule, at: number, message: string): number {
    this.fault = { rule, at, message };
    return -1;
  }
}
