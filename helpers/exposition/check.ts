import { readSync } from 'node:fs';
import { LINE_FEED } from './bytes.ts';
import { labelsOf, sameLabels } from './label-set.ts';
import type { Format, Violation } from './model.ts';
import { duplicateSeries } from './read.ts';
import { SampleLine } from './sample-line.ts';
import { ExpositionScanner, type ExpositionVisitor, LONGEST_LINE } from './scanner.ts';
import { type SeenSeries, SeriesTable } from './series-table.ts';
import { ViolationList } from './violations.ts';
import { SLACK } from './words.ts';

const BLOCK = 256 * 1024;
const FIRST_GUESS_OF_A_LINE = 4 * 1024;

export interface CheckedExposition {
  readonly format: Format;
  readonly bytes: number;
  readonly families: number;
  readonly samples: number;
  /** The first `most`, in the order of their lines. */
  readonly violations: readonly Violation[];
  /** How many there are in all. */
  readonly violationCount: number;
}

/**
 * Counts what an open file's exposition has and finds what is wrong with it, in memory that does not grow with its size but
 * for 28 bytes a series of the largest family, and what is known of each of its histograms. Throws what reading the file throws.
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

/** Finds series that stand twice in their family. What has the same hash is read again from the file and compared. */
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

  readonly #isSame = ({ offset }: SeenSeries): boolean => {
    const line = this.#line as SampleLine;
    const earlier = this.#earlier;
    const bytes = lineAt(this.#file, offset);
    const start = bytes.findIndex((byte) => byte !== 0x20 && byte !== 0x09);
    return earlier.read(bytes, start) >= 0 && earlier.name === line.name && sameLabels(labelsOf(earlier), labelsOf(line));
  };
}

/** The line that begins at `offset`, with its line feed and what a `SampleLine` wants after that. */
function lineAt(file: number, offset: number): Buffer {
  for (let guess = FIRST_GUESS_OF_A_LINE; ; guess *= 2) {
    const bytes = Buffer.allocUnsafe(guess + SLACK);
    const length = readSync(file, bytes, 0, guess, offset);
    const end = bytes.subarray(0, length).indexOf(LINE_FEED) + 1;
    if (end > 0) return bytes;
    if (guess > LONGEST_LINE)
      throw new Error(`The line at byte ${offset} is no longer there: the file changed while it was read.`);
  }
}
