import { readSync } from 'node:fs';
import { LINE_FEED, SLACK } from './bytes.ts';
import { labelsOf, sameLabels } from './labels.ts';
import type { Format, Violation } from './model.ts';
import { ViolationList } from './model.ts';
import { duplicateSeries } from './read.ts';
import { SampleLine } from './sample-line.ts';
import { ExpositionScanner, type ExpositionVisitor, MAX_LINE_LENGTH } from './scanner.ts';
import { type EarlierSeries, SeriesTable } from './series-table.ts';

const BLOCK = 256 * 1024;
const INITIAL_LINE_LENGTH = 4 * 1024;

export interface CheckedExposition {
  readonly format: Format;
  readonly bytes: number;
  readonly families: number;
  readonly samples: number;
  /** The first `most`, in the order of their positions. */
  readonly violations: readonly Violation[];
  /** The total number. */
  readonly violationCount: number;
}

/**
 * Checks the exposition in an open file. Memory is independent of its size except for 28 bytes per series of the largest family and the
 * state of its histograms.
 * @param file a file descriptor
 * @param most the maximum number of violations to return
 * @throws the errors of reading the file
 */
export function checkExposition(
  file: number,
  { format, most }: { readonly format: Format; readonly most: number },
): CheckedExposition {
  const violations = new ViolationList(most);
  const scanner = new ExpositionScanner(format, new DuplicateFinder(file, format, violations), violations);
  const block = Buffer.allocUnsafeSlow(BLOCK);
  for (let length = readSync(file, block, 0, BLOCK, 0); length > 0; length = readSync(file, block, 0, BLOCK, scanner.bytes)) {
    scanner.write(block.subarray(0, length));
  }
  scanner.end();
  return {
    format,
    bytes: scanner.bytes,
    families: scanner.families.families.size,
    samples: scanner.samples,
    violations: violations.kept,
    violationCount: violations.count,
  };
}

/** Finds duplicate series. Lines with the same hash are read again from the file and compared. */
class DuplicateFinder implements ExpositionVisitor {
  readonly #file: number;
  readonly #violations: ViolationList;
  readonly #series = new SeriesTable();
  readonly #earlier: SampleLine;
  #line: SampleLine | undefined;

  constructor(file: number, format: Format, violations: ViolationList) {
    this.#file = file;
    this.#earlier = new SampleLine(format);
    this.#violations = violations;
  }

  family(): void {
    this.#series.clear();
  }

  sample(line: SampleLine, lineNumber: number, offset: number): void {
    this.#line = line;
    const earlier = this.#series.add(line.seriesHash, lineNumber, offset, this.#isSame);
    if (earlier === undefined || (line.isPoint && this.#earlier.isPoint)) return;
    this.#violations.add(duplicateSeries(lineNumber, earlier.line));
  }

  readonly #isSame = ({ offset }: EarlierSeries): boolean => {
    const line = this.#line as SampleLine;
    const earlier = this.#earlier;
    const bytes = lineAt(this.#file, offset);
    const start = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x09);
    return earlier.read(bytes, start) >= 0 && earlier.name === line.name && sameLabels(labelsOf(earlier), labelsOf(line));
  };
}

/** The line at `offset`, with its line feed and `SLACK` bytes. */
function lineAt(file: number, offset: number): Buffer {
  for (let size = INITIAL_LINE_LENGTH; ; size *= 2) {
    const bytes = Buffer.allocUnsafe(size + SLACK);
    const length = readSync(file, bytes, 0, size, offset);
    const end = bytes.subarray(0, length).indexOf(LINE_FEED) + 1;
    if (end > 0) return bytes;
    if (size > MAX_LINE_LENGTH) throw new Error(`The file changed while it was read: there is no line at byte ${offset}.`);
  }
}
