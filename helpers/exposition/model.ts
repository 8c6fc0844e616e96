import { fstatSync, readSync } from 'node:fs';

/** The metric types of the text format 0.0.4 (`untyped`) and of OpenMetrics 1.0 (`unknown`, `info`, `stateset`, `gaugehistogram`). */
export type FamilyType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'summary'
  | 'untyped'
  | 'unknown'
  | 'info'
  | 'stateset'
  | 'gaugehistogram';

/** The text format 0.0.4, or OpenMetrics 1.0. */
export type Format = 'text' | 'openmetrics';

export type Labels = Readonly<Record<string, string>>;

/** One line of an exposition with a value. */
export interface Sample {
  /** The name with its suffix, such as `_total`, `_bucket` or `_sum`. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  /** 1 for the first line of the exposition. */
  readonly line: number;
}

/** A metric family; `type` and `help` are undefined without a `# TYPE` and `# HELP` line. */
export interface Family {
  readonly name: string;
  readonly type: FamilyType | undefined;
  readonly help: string | undefined;
  readonly samples: readonly Sample[];
}

/** A violation of the format; line and column are from 1, the column in bytes. */
export interface Violation {
  /** A stable name, by which known issues identify a violation. */
  readonly rule: Rule;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A parsed scrape. */
export interface Exposition {
  readonly format: Format;
  readonly bytes: number;
  /** The number of samples of all families. */
  readonly samples: number;
  readonly families: ReadonlyMap<string, Family>;
  /** The number of samples with a timestamp, and the line of the first one. */
  readonly timestamps: { readonly count: number; readonly firstLine?: number };
}

/**
 * The stable names of violations. The sources are the text format 0.0.4 (prometheus.io, "Exposition formats") and the
 * OpenMetrics 1.0 specification; where those are silent, what makes Prometheus reject a scrape or lose a sample.
 */
export type Rule =
  // the exposition as a whole
  | 'no-final-newline'
  | 'eof-missing'
  | 'eof-not-last'
  | 'html-page'
  | 'invalid-utf-8'
  | 'line-too-long'
  // a line
  | 'truncated-line'
  | 'blank-line'
  | 'comment'
  | 'whitespace'
  // names, labels and values
  | 'invalid-metric-name'
  | 'invalid-label-name'
  | 'duplicate-label-name'
  | 'label-syntax'
  | 'bad-escape'
  | 'missing-value'
  | 'bad-value'
  | 'bad-timestamp'
  | 'after-the-sample'
  | 'exemplar-not-allowed'
  | 'bad-exemplar'
  // metadata
  | 'metadata-syntax'
  | 'help-twice'
  | 'type-twice'
  | 'unit-twice'
  | 'unknown-type'
  | 'openmetrics-type-in-text'
  | 'type-after-samples'
  | 'metadata-after-samples'
  | 'unit-not-suffix'
  | 'counter-type-name-with-total'
  | 'info-type-name-with-info'
  // families and series
  | 'split-family'
  | 'clashing-family-name'
  | 'duplicate-series'
  | 'sample-name-not-of-type'
  | 'missing-label-of-type'
  | 'value-not-of-type'
  // consistency of a histogram or summary
  | 'bounds-not-rising'
  | 'buckets-not-cumulative'
  | 'count-not-of-buckets'
  | 'sample-missing'
  | 'sum-of-negative-bounds';

/** A violation without its line; `at` is the index of the byte in the buffer. */
export interface Fault {
  readonly rule: Rule;
  readonly at: number;
  readonly message: string;
}

/** The violations of one exposition: all are counted, and the first `most` are kept. */
export class ViolationList {
  count = 0;
  readonly #kept: Violation[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(violation: Violation): void {
    this.count++;
    if (this.#kept.length < this.#most) this.#kept.push(violation);
  }

  /** In the order of their positions; missing samples are added at the end. */
  get kept(): readonly Violation[] {
    return this.#kept.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}

/**
 * The format of a Content-Type: the text format 0.0.4, or OpenMetrics 1.0 or its predecessor 0.0.1. Undefined for anything else, such as
 * protobuf or an HTML page.
 */
export function formatOf(contentType: string | undefined): Format | undefined {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const version = parameters
    .find((parameter) => parameter.startsWith('version='))
    ?.slice('version='.length)
    .replaceAll('"', '');
  if (type === 'text/plain' && (version === undefined || version === '0.0.4')) return 'text';
  if (type === 'application/openmetrics-text' && (version === undefined || version === '1.0.0' || version === '0.0.1')) {
    return 'openmetrics';
  }
  return undefined;
}

/**
 * The likely format of an open file: OpenMetrics if it has the line `# EOF` in its last 64 KiB, otherwise the text format. A truncated
 * OpenMetrics exposition looks like the text format, so prefer the Content-Type if it is known.
 */
export function formatByContent(file: number): Format {
  const { size } = fstatSync(file);
  const tail = Buffer.alloc(Math.min(size, 64 * 1024));
  const length = readSync(file, tail, 0, tail.length, size - tail.length);
  return /^# EOF$/m.test(tail.toString('latin1', 0, length)) ? 'openmetrics' : 'text';
}
