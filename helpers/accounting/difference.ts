import type { Labels } from '../exposition/model.ts';
import { writeValue } from '../go-number.ts';
import { writeSample } from './series.ts';

/** A sample or header that is missing, unexplained, or has another value or type than expected. */
export type Difference = SampleDifference | HeaderDifference;

export interface SampleDifference {
  readonly what: 'missing' | 'unexplained' | 'unequal';
  readonly family: string;
  /** The resource of the family; undefined for a family without a table. */
  readonly resource: string | undefined;
  /** The object of the sample: `Pod default/web-0`. */
  readonly object?: string;
  readonly labels: Labels;
  /** The exposed value, or the expected one of a missing sample. */
  readonly value: number;
  /** The expected value, if `what` is `unequal`. */
  readonly expected?: number;
  /** Whether the object was deleted shortly before. */
  readonly deleted?: boolean;
  /** Whether another sample of the same series is explained. */
  readonly duplicate?: boolean;
}

/** The same for a `# TYPE` line. */
export interface HeaderDifference {
  readonly what: 'missing' | 'unexplained' | 'unequal';
  readonly family: string;
  readonly resource: string | undefined;
  readonly type: string;
  readonly expectedType?: string;
  /** Whether the family is exposed without a `# TYPE` line. */
  readonly untyped?: boolean;
}

export function isHeader(difference: Difference): difference is HeaderDifference {
  return 'type' in difference;
}

/** The line of the exposition, exposed or missing: `kube_pod_owner{namespace="a",…} 1`. */
export function writeDifference(difference: Difference): string {
  if (isHeader(difference)) return `# TYPE ${difference.family} ${difference.type}`;
  return writeSample(difference.family, difference.labels, difference.value);
}

/** The expected value or type; undefined unless `what` is `unequal`. */
export function writeExpected(difference: Difference): string | undefined {
  if (isHeader(difference)) return difference.expectedType;
  return difference.expected === undefined ? undefined : writeValue(difference.expected);
}

/** The names of the labels that have another value in each, or that only one has. */
export function differingLabels(actual: Labels, expected: Labels): readonly string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...names].filter((name) => actual[name] !== expected[name]);
}
