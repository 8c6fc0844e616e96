import type { Labels } from '../exposition/model.ts';
import { writeSample, writeValue } from './series.ts';

/** Something that an exposition has and should not have, has not and should have, or has with another value. */
export type Difference = SampleDifference | HeaderDifference;

export interface SampleDifference {
  readonly what: 'missing' | 'unexplained' | 'unequal';
  readonly family: string;
  /** The resource that the family belongs to; undefined for a family that no table knows. */
  readonly resource: string | undefined;
  /** The object that the sample is expected of, or whose labels it has: `Pod default/web-0`. */
  readonly object?: string;
  readonly labels: Labels;
  /** What is exposed, or what would have to be where nothing is. */
  readonly value: number;
  /** What the value would have to be, where another one is exposed. */
  readonly expected?: number;
  /** Whether it is of an object that was there shortly before. */
  readonly departed?: boolean;
  /** Whether the exposition already has the same series, with a sample that is explained. */
  readonly repeated?: boolean;
}

/** The same of a `# TYPE` line. */
export interface HeaderDifference {
  readonly what: 'missing' | 'unexplained' | 'unequal';
  readonly family: string;
  readonly resource: string | undefined;
  readonly type: string;
  readonly expectedType?: string;
  /** Whether the family is there, and lacks nothing but its TYPE. */
  readonly untyped?: boolean;
}

export function isHeader(difference: Difference): difference is HeaderDifference {
  return 'type' in difference;
}

/** The line as the exposition has it, or would have it: `kube_pod_owner{namespace="a",…} 1`. */
export function writeDifference(difference: Difference): string {
  if (isHeader(difference)) return `# TYPE ${difference.family} ${difference.type}`;
  return writeSample(difference.family, difference.labels, difference.value);
}

/** What would have to be there instead, of a difference in value or type. */
export function writeExpected(difference: Difference): string | undefined {
  if (isHeader(difference)) return difference.expectedType;
  return difference.expected === undefined ? undefined : writeValue(difference.expected);
}
