import type { FamilyHeader } from './families.ts';
import { InternedLabels, sameLabels } from './labels.ts';
import type { Exposition, Family, Format, Sample, Violation } from './model.ts';
import { ViolationList } from './model.ts';
import type { SampleLine } from './sample-line.ts';
import { ExpositionScanner, type ExpositionVisitor } from './scanner.ts';
import { SeriesDigest } from './series-digest.ts';
import { SeriesTable } from './series-table.ts';

/** Bounds the memory for a large file in which every line is invalid. */
const MAX_VIOLATIONS = 10_000;

export interface ReadExposition {
  readonly exposition: Exposition;
  /** The first 10,000, in the order of their positions. A sample on an invalid line is not in the exposition. */
  readonly violations: readonly Violation[];
  /** The total number. */
  readonly violationCount: number;
}

/** The bytes of a scrape. */
export type ExpositionSource = AsyncIterable<Uint8Array> | Uint8Array | string;

/** Receives the samples of an exposition while it is read. */
export interface SeriesVisitor {
  /** The samples that follow belong to the family of this name. */
  family(name: string): void;
  /**
   * @param digest of the sample's labels, valid during the call only
   * @param sample returns the whole sample; called during the call only
   */
  sample(digest: SeriesDigest, value: number, sample: () => Sample): void;
}

/** What remains of an exposition whose samples are not kept. */
export interface ScannedExposition extends Omit<Exposition, 'families'>, Pick<ReadExposition, 'violations' | 'violationCount'> {
  readonly families: ReadonlyMap<string, FamilyHeader>;
  /** The samples that repeat a series, as many as there are violations. */
  readonly repeated: readonly Sample[];
}

/**
 * Reads a scrape with the strict parser and passes each sample to a visitor. Memory is that of `checkExposition`, whatever the size of
 * the scrape. Violations of the format are returned, not thrown.
 * @throws the errors of the source and of the visitor
 */
export async function scanExposition(
  source: ExpositionSource,
  { format, visitor }: { readonly format: Format; readonly visitor: SeriesVisitor },
): Promise<ScannedExposition> {
  const violations = new ViolationList(MAX_VIOLATIONS);
  const series = new VisitedSeries(visitor, violations);
  const scanner = new ExpositionScanner(format, series, violations);
  await scan(scanner, source);
  return {
    format,
    bytes: scanner.bytes,
    samples: scanner.samples,
    families: scanner.families.families,
    timestamps: series.timestamps,
    repeated: series.repeated,
    violations: violations.kept,
    violationCount: violations.count,
  };
}

/** The names of the families with samples, of a scrape of any size. */
export async function familiesWithSamples(source: ExpositionSource, format: Format): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  let current = '';
  const visitor: SeriesVisitor = {
    family: (name) => {
      current = name;
    },
    sample: () => {
      names.add(current);
    },
  };
  await scanExposition(source, { format, visitor });
  return names;
}

async function scan(scanner: ExpositionScanner, source: ExpositionSource): Promise<void> {
  if (typeof source === 'string') scanner.write(Buffer.from(source));
  else if (source instanceof Uint8Array) scanner.write(source);
  else for await (const chunk of source) scanner.write(chunk);
  scanner.end();
}

/**
 * Reads a scrape into memory with a strict parser. Violations of the format are returned, not thrown.
 * @throws the errors of the source
 */
export async function readExposition(source: ExpositionSource, { format }: { readonly format: Format }): Promise<ReadExposition> {
  const violations = new ViolationList(MAX_VIOLATIONS);
  const builder = new ExpositionBuilder(violations);
  const scanner = new ExpositionScanner(format, builder, violations);
  await scan(scanner, source);
  const families = new Map<string, Family>();
  for (const { name, type, help } of scanner.families.families.values()) {
    families.set(name, { name, type, help, samples: builder.samplesOf(name) });
  }
  return {
    exposition: { format, bytes: scanner.bytes, samples: scanner.samples, families, timestamps: builder.timestamps },
    violations: violations.kept,
    violationCount: violations.count,
  };
}

class ExpositionBuilder implements ExpositionVisitor {
  readonly #violations: ViolationList;
  readonly #samples = new Map<string, Sample[]>();
  readonly #labels = new InternedLabels();
  readonly #series = new SeriesTable();
  /** Samples with a timestamp: OpenMetrics allows several for one series. */
  readonly #points = new Set<Sample>();
  #timestamps: Exposition['timestamps'] = { count: 0 };
  #family: Sample[] = [];
  #sampleName = '';

  constructor(violations: ViolationList) {
    this.#violations = violations;
  }

  samplesOf(family: string): readonly Sample[] {
    return this.#samples.get(family) ?? [];
  }

  get timestamps(): Exposition['timestamps'] {
    return this.#timestamps;
  }

  family({ name }: FamilyHeader): void {
    const samples = this.#samples.get(name) ?? [];
    this.#samples.set(name, samples);
    this.#family = samples;
    this.#series.clear();
  }

  sample(line: SampleLine, lineNumber: number): void {
    if (!line.sameName || this.#sampleName === '') this.#sampleName = line.name;
    const name = this.#sampleName;
    this.#labels.follow(line);
    const labels = this.#labels.read(line);
    const samples = this.#family;
    const earlier = this.#series.add(line.seriesHash, lineNumber, samples.length, ({ offset }) => {
      const sample = samples[offset] as Sample;
      return sample.name === name && sameLabels(sample.labels, labels);
    });
    const sample: Sample = { name, labels, value: line.value, line: lineNumber };
    samples.push(sample);
    if (line.timestampAt >= 0) {
      const { count, firstLine = lineNumber } = this.#timestamps;
      this.#timestamps = { count: count + 1, firstLine };
    }
    const isPoint = line.isPoint;
    if (isPoint) this.#points.add(sample);
    if (earlier === undefined || (isPoint && this.#points.has(samples[earlier.offset] as Sample))) return;
    this.#violations.add(duplicateSeries(lineNumber, earlier.line));
  }
}

/** Passes the samples of a scanner to a visitor, and finds repeated series by their digests. */
class VisitedSeries implements ExpositionVisitor {
  timestamps: Exposition['timestamps'] = { count: 0 };
  readonly repeated: Sample[] = [];
  readonly #visitor: SeriesVisitor;
  readonly #violations: ViolationList;
  readonly #digest = new SeriesDigest();
  readonly #labels = new InternedLabels();
  readonly #series = new SeriesTable();
  /** The lines with a timestamp: OpenMetrics allows several for one series. */
  readonly #points = new Set<number>();

  constructor(visitor: SeriesVisitor, violations: ViolationList) {
    this.#visitor = visitor;
    this.#violations = violations;
  }

  family({ name }: FamilyHeader): void {
    this.#series.clear();
    this.#visitor.family(name);
  }

  sample(line: SampleLine, lineNumber: number): void {
    const digest = this.#digest;
    digest.read(line);
    this.#labels.follow(line);
    // The table compares the first hash, which includes the name, and keeps the second one in place of an offset.
    const earlier = this.#series.add(line.seriesHash, lineNumber, digest.b, ({ offset }) => offset === digest.b);
    if (earlier !== undefined) this.#repeats(line, lineNumber, earlier.line);
    if (line.timestampAt >= 0) {
      const { count, firstLine = lineNumber } = this.timestamps;
      this.timestamps = { count: count + 1, firstLine };
      if (line.isPoint) this.#points.add(lineNumber);
    }
    this.#visitor.sample(digest, line.value, () => this.#sampleOf(line, lineNumber));
  }

  #repeats(line: SampleLine, lineNumber: number, earlier: number): void {
    if (line.isPoint && this.#points.has(earlier)) return;
    this.#violations.add(duplicateSeries(lineNumber, earlier));
    if (this.repeated.length < MAX_VIOLATIONS) this.repeated.push(this.#sampleOf(line, lineNumber));
  }

  #sampleOf(line: SampleLine, lineNumber: number): Sample {
    return { name: line.name, labels: this.#labels.read(line), value: line.value, line: lineNumber };
  }
}

export function duplicateSeries(line: number, earlierLine: number): Violation {
  return {
    rule: 'duplicate-series',
    line,
    column: 1,
    message: `Duplicate series: line ${earlierLine} has the same name and labels.`,
  };
}
