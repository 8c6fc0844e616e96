import { hashOf } from './bytes.ts';
import type { FamilyHeader } from './families.ts';
import type { LabelReader } from './label-reader.ts';
import { emptyLabels, Interner, sameLabels } from './labels.ts';
import type { Exposition, Family, Format, Labels, Sample, Violation } from './model.ts';
import { ViolationList } from './model.ts';
import type { SampleLine } from './sample-line.ts';
import { ExpositionScanner, type ExpositionVisitor } from './scanner.ts';
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

/**
 * Reads a scrape into memory with a strict parser. Violations of the format are returned, not thrown.
 * @throws the errors of the source
 */
export async function readExposition(
  source: AsyncIterable<Uint8Array> | Uint8Array | string,
  { format }: { readonly format: Format },
): Promise<ReadExposition> {
  const violations = new ViolationList(MAX_VIOLATIONS);
  const builder = new ExpositionBuilder(violations);
  const scanner = new ExpositionScanner(format, builder, violations);
  if (typeof source === 'string') scanner.write(Buffer.from(source));
  else if (source instanceof Uint8Array) scanner.write(source);
  else for await (const chunk of source) scanner.write(chunk);
  scanner.end();
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
  readonly #values = new Interner();
  readonly #names = new Interner();
  readonly #series = new SeriesTable();
  /** Samples with a timestamp: OpenMetrics allows several for one series. */
  readonly #points = new Set<Sample>();
  #timestamps: Exposition['timestamps'] = { count: 0 };
  #family: Sample[] = [];
  #sampleName = '';
  #labelNames: string[] = [];

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
    const labels = this.#labels(line.bytes, line.labels);
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

  #labels(bytes: Buffer, { count, spans, valueHashes, sameNames }: LabelReader): Labels {
    if (!sameNames) this.#readNames(bytes, count, spans);
    const names = this.#labelNames;
    const labels = emptyLabels();
    for (let index = 0; index < count; index++) {
      const start = spans[index * 4 + 2] as number;
      const end = spans[index * 4 + 3] as number;
      labels[names[index] as string] = this.#values.string(bytes, start, end, valueHashes[index] as number);
    }
    return labels;
  }

  #readNames(bytes: Buffer, count: number, spans: Int32Array): void {
    this.#labelNames.length = 0;
    for (let index = 0; index < count; index++) {
      const start = spans[index * 4] as number;
      const end = spans[index * 4 + 1] as number;
      this.#labelNames.push(this.#names.string(bytes, start, end, hashOf(bytes, start, end)));
    }
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
