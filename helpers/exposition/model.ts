import type { Rule } from './rules.ts';

/** The types that a `# TYPE` line may name: text format 0.0.4 (`untyped`) and OpenMetrics 1.0 (`unknown`, `info`, `stateset`, `gaugehistogram`). */
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

/** The two formats that are read: the text format 0.0.4 and OpenMetrics 1.0. */
export type Format = 'text' | 'openmetrics';

export type Labels = Readonly<Record<string, string>>;

/** One line of an exposition that carries a value. */
export interface Sample {
  /** The name as it is written, with `_total`, `_bucket`, `_sum` and the like. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  /** 1 for the first line of the exposition. */
  readonly line: number;
}

/** All samples under one name, with what its `# TYPE` and `# HELP` lines say (undefined where there is no such line). */
export interface Family {
  readonly name: string;
  readonly type: FamilyType | undefined;
  readonly help: string | undefined;
  readonly samples: readonly Sample[];
}

/** Something that the format does not allow, at a position (line and column from 1, the column in bytes). */
export interface Violation {
  /** Stable: a declared deviation recognises a violation by it. */
  readonly rule: Rule;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** One scrape, read whole. */
export interface Exposition {
  readonly format: Format;
  readonly bytes: number;
  /** How many samples all families have together. */
  readonly samples: number;
  readonly families: ReadonlyMap<string, Family>;
  /** How many of the samples have a timestamp, and the line of the first of them. */
  readonly timestamps: { readonly count: number; readonly firstLine?: number };
}
