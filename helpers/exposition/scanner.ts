import { isUtf8 } from 'node:buffer';
import { HASH, LESS_THAN, LINE_FEED, SLACK, SPACE, skipBlanks } from './bytes.ts';
import { type FamilyHeader, FamilyTracker } from './families.ts';
import { readMetadataLine } from './metadata-line.ts';
import { hasMetricPoints, MetricPoints } from './metric-points.ts';
import type { Fault, Format, ViolationList } from './model.ts';
import { SampleLine } from './sample-line.ts';
import { checkOf } from './sample-rules.ts';

const htmlStart = /^<(?:!doctype|html|head|body|\?xml)/i;
const BLOCK = 256 * 1024;
/** The maximum length of a line in bytes: many times the API server's limit for an object's labels and annotations. */
export const MAX_LINE_LENGTH = 4 * 1024 * 1024;

/** Receives the families and samples of an exposition while it is read. */
export interface ExpositionVisitor {
  /** The samples that follow belong to this family. */
  family(header: FamilyHeader): void;
  /** `line` is valid during the call only; `offset` is its start in the exposition, in bytes. */
  sample(line: SampleLine, lineNumber: number, offset: number): void;
}

/** A strict parser of an exposition in chunks of any size. Memory is bounded: lines are parsed in place, in one buffer. */
export class ExpositionScanner {
  readonly families: FamilyTracker;
  /** The number of bytes written so far. */
  bytes = 0;
  samples = 0;
  readonly #format: Format;
  readonly #visitor: ExpositionVisitor;
  readonly #violations: ViolationList;
  readonly #line: SampleLine;
  #buffer = Buffer.allocUnsafeSlow(BLOCK + SLACK);
  #capacity = BLOCK;
  #filled = 0;
  /** The offset of the buffer in the exposition. */
  #offset = 0;
  #lineNumber = 1;
  #lineStart = 0;
  #family: FamilyHeader | undefined;
  #check: ReturnType<typeof checkOf>;
  readonly #points: MetricPoints;
  #hasPoints = false;
  #familyMayDiffer = true;
  #skipping = false;
  #stopped = false;
  #hasEof = false;
  #unterminated = false;

  constructor(format: Format, visitor: ExpositionVisitor, violations: ViolationList) {
    this.#format = format;
    this.#visitor = visitor;
    this.#violations = violations;
    this.#line = new SampleLine(format);
    this.families = new FamilyTracker(format, (fault) => this.report(fault));
    this.#points = new MetricPoints(format, (violation) => violations.add(violation));
  }

  write(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    let from = 0;
    while (from < chunk.length && !this.#stopped) {
      const piece = chunk.subarray(from, from + this.#capacity - this.#filled);
      this.#buffer.set(piece, this.#filled);
      this.#filled += piece.length;
      from += piece.length;
      const end = this.#buffer.lastIndexOf(LINE_FEED, this.#filled - 1) + 1;
      if (end > 0) this.#consume(end);
      else if (this.#filled === this.#capacity) this.#growOrSkip();
    }
  }

  /** Ends the exposition. */
  end(): void {
    if (this.#stopped) return;
    if (this.#filled > 0) this.#lastLine();
    if (!this.#stopped) this.#points.end();
    if (this.#format === 'openmetrics' && !this.#hasEof && !this.#stopped) {
      this.#violations.add({
        rule: 'eof-missing',
        line: this.#lineNumber,
        column: 1,
        message: 'The line "# EOF" is missing at the end; the exposition may be truncated.',
      });
    }
  }

  /** Adds a violation in the current line. */
  report({ rule, at, message }: Fault): void {
    this.#violations.add({ rule, line: this.#lineNumber, column: at - this.#lineStart + 1, message });
  }

  #consume(end: number): void {
    const buffer = this.#buffer;
    const valid = isUtf8(buffer.subarray(0, end));
    let at = 0;
    while (at < end && !this.#stopped) {
      this.#lineStart = at;
      const byte = buffer[at] as number;
      let lineEnd = -1;
      if (this.#skipping) this.#skipping = false;
      else if (!valid && !this.#isUtf8(buffer, at)) lineEnd = -1;
      else if (byte !== HASH && byte > SPACE && byte !== LESS_THAN && !this.#hasEof) lineEnd = this.#sample(buffer, at);
      else this.#otherLine(buffer, at, byte);
      at = (lineEnd < 0 ? buffer.indexOf(LINE_FEED, at) : lineEnd) + 1;
      this.#lineNumber++;
    }
    buffer.copyWithin(0, end, this.#filled);
    this.#filled -= end;
    this.#offset += end;
  }

  /** Returns the index of the line feed, or -1 if the line is invalid. */
  #sample(buffer: Buffer, at: number): number {
    const line = this.#line;
    const end = line.read(buffer, at);
    if (end < 0) {
      this.#reject(line.fault as Fault);
      return -1;
    }
    if (this.#unterminated) return end;
    if (this.#familyMayDiffer || !line.sameName) this.#changeFamily(line.name, at);
    if (this.#check !== undefined || this.#hasPoints) this.#checkLine(line);
    this.samples++;
    this.#visitor.sample(line, this.#lineNumber, this.#offset + this.#lineStart);
    return end;
  }

  #checkLine(line: SampleLine): void {
    const family = this.#family as FamilyHeader;
    const fault = this.#check?.(line);
    if (fault !== undefined) this.#points.invalidLine(family);
    const violation = fault ?? (this.#hasPoints ? this.#points.sample(family, line, this.#lineNumber) : undefined);
    if (violation !== undefined) this.report(violation);
  }

  #reject(fault: Fault): void {
    this.#familyMayDiffer = true;
    this.report(fault);
    this.#points.invalidLine(this.families.current);
  }

  #changeFamily(name: string, at: number): void {
    const family = this.families.sample(name, at);
    this.#check = checkOf(family, name, this.#format);
    this.#familyMayDiffer = false;
    if (family === this.#family) return;
    if (this.#hasPoints) this.#points.familyEnds(this.#family as FamilyHeader);
    this.#hasPoints = hasMetricPoints(family.type);
    this.#family = family;
    this.#visitor.family(family);
  }

  #otherLine(buffer: Buffer, at: number, byte: number): void {
    const first = skipBlanks(buffer, at);
    if (this.#hasEof) {
      this.#stop('eof-not-last', at, 'There are lines after "# EOF"; they are not read.');
    } else if (byte === LESS_THAN && htmlStart.test(buffer.toString('latin1', at, at + 10))) {
      this.#stop('html-page', at, 'This is an HTML page, not an exposition; the rest is not read.');
    } else if (this.#format === 'openmetrics' && byte === LINE_FEED) {
      this.report({ rule: 'blank-line', at, message: 'OpenMetrics allows no blank lines.' });
    } else if (this.#format === 'openmetrics' && first > at) {
      this.report({ rule: 'whitespace', at, message: 'OpenMetrics allows no blanks at the start of a line.' });
    } else if (buffer[first] === HASH) {
      this.#metadata(buffer, first);
    } else if (buffer[first] !== LINE_FEED) {
      this.#sample(buffer, first);
    }
  }

  #metadata(buffer: Buffer, at: number): void {
    this.#familyMayDiffer = true;
    const line = readMetadataLine(buffer, at, buffer.indexOf(LINE_FEED, at), this.#format);
    if ('rule' in line) this.report(line);
    else if (this.#unterminated) return;
    else if (line.kind === 'eof') this.#hasEof = true;
    else if (line.kind !== 'comment') this.families.metadata(line);
  }

  #isUtf8(buffer: Buffer, at: number): boolean {
    const line = buffer.subarray(at, buffer.indexOf(LINE_FEED, at));
    if (isUtf8(line)) return true;
    const repaired = Buffer.from(line.toString('utf8'));
    let bad = 0;
    while (line[bad] === repaired[bad]) bad++;
    this.#reject({ rule: 'invalid-utf-8', at: at + bad, message: 'This byte is not valid UTF-8.' });
    return false;
  }

  #stop(rule: Fault['rule'], at: number, message: string): void {
    this.report({ rule, at, message });
    this.#stopped = true;
  }

  /** Called if one line fills the buffer. */
  #growOrSkip(): void {
    if (this.#capacity < MAX_LINE_LENGTH) {
      this.#capacity *= 2;
      const buffer = Buffer.allocUnsafeSlow(this.#capacity + SLACK);
      buffer.set(this.#buffer);
      this.#buffer = buffer;
      return;
    }
    this.#lineStart = 0;
    if (!this.#skipping) {
      const message = `The line is longer than ${MAX_LINE_LENGTH} bytes; it is not read.`;
      this.#reject({ rule: 'line-too-long', at: MAX_LINE_LENGTH, message });
    }
    this.#skipping = true;
    this.#offset += this.#filled;
    this.#filled = 0;
  }

  /** Reads what follows the last line feed. In OpenMetrics only the line `# EOF` may lack a line feed. */
  #lastLine(): void {
    const length = this.#filled;
    const isEof = this.#format === 'openmetrics' && this.#buffer.toString('latin1', 0, length) === '# EOF';
    this.#unterminated = !isEof && !this.#hasEof && !this.#skipping;
    this.write(Uint8Array.of(LINE_FEED));
    this.bytes--;
    if (!this.#unterminated || this.#stopped) return;
    this.#lineNumber--;
    const message = 'The last line has no line feed; it may be truncated and is not read.';
    this.#reject({ rule: 'no-final-newline', at: this.#lineStart + length, message });
    this.#lineNumber++;
  }
}
