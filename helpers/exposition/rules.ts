/**
 * What an exposition may not do, each under a stable name. The sources are the text format 0.0.4
 * (prometheus.io, "Exposition formats") and the OpenMetrics 1.0 specification; where those leave something open, what
 * makes Prometheus refuse a scrape or lose a sample counts.
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
  // the samples of one histogram or summary, together
  | 'bounds-not-rising'
  | 'buckets-not-cumulative'
  | 'count-not-of-buckets'
  | 'sample-missing'
  | 'sum-of-negative-bounds';

/** A violation before its line is counted: `at` is the index of the byte, in the buffer that was being read. */
export interface Fault {
  readonly rule: Rule;
  readonly at: number;
  readonly message: string;
}
