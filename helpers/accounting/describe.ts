import type { Labels } from '../exposition/model.ts';
import type { Accounting } from './account.ts';
import { type Difference, isHeader, type SampleDifference, writeDifference, writeExpected } from './difference.ts';
import { isEqualValue } from './match.ts';
import { differingLabels, nearest } from './nearest.ts';
import { writeSeries, writeValue } from './series.ts';

export interface DescribeOptions {
  /** How many lines at most; the last one says what was left out. */
  readonly limit?: number;
}

const PER_FAMILY = 3;

/**
 * What is wrong, by family, a few examples of each: `kube_pod_owner{…}: owner_kind is "", expected "<none>"`.
 * A missing sample is told together with the unexplained one that is nearest to it. No lines when nothing is wrong.
 */
export function describe(accounting: Pick<Accounting, 'differences'>, options: DescribeOptions = {}): readonly string[] {
  const limit = options.limit ?? 20;
  const families = byFamily(accounting.differences);
  const lines = [...families].flatMap(([family, differences]) => describeFamily(family, differences));
  if (lines.length <= limit) return lines;
  const shown = lines.slice(0, Math.max(limit - 1, 0));
  return [...shown, `… ${accounting.differences.length} differences in ${families.size} families in all`];
}

function byFamily(differences: readonly Difference[]): Map<string, Difference[]> {
  const families = new Map<string, Difference[]>();
  for (const difference of differences) {
    const known = families.get(difference.family);
    if (known) known.push(difference);
    else families.set(difference.family, [difference]);
  }
  return families;
}

function describeFamily(family: string, differences: readonly Difference[]): readonly string[] {
  const pending = new Set(differences);
  const unexplained = new Set(differences.filter(isUnexplained));
  const lines: string[] = [];
  for (const difference of differences) {
    if (lines.length === PER_FAMILY) break;
    if (!pending.delete(difference)) continue;
    const near = isMissing(difference) ? nearest(difference, unexplained) : undefined;
    if (near) {
      unexplained.delete(near);
      pending.delete(near);
    }
    lines.push(near && isMissing(difference) ? describePair(difference, near) : describeOne(difference));
  }
  return pending.size === 0 ? lines : [...lines, `${family}: ${pending.size} more`];
}

function isMissing(difference: Difference): difference is SampleDifference {
  return !isHeader(difference) && difference.what === 'missing';
}

function isUnexplained(difference: Difference): difference is SampleDifference {
  return !isHeader(difference) && difference.what === 'unexplained';
}

function describePair(missing: SampleDifference, near: SampleDifference): string {
  const differing = differingLabels(near.labels, missing.labels);
  const common = Object.fromEntries(Object.entries(missing.labels).filter(([name]) => !differing.includes(name)));
  const parts = differing.map((name) => `${name} is ${quoted(near.labels, name)}, expected ${quoted(missing.labels, name)}`);
  if (!isEqualValue(near.value, missing.value)) {
    parts.push(`value is ${writeValue(near.value)}, expected ${writeValue(missing.value)}`);
  }
  return `${writeSeries(missing.family, common)}: ${parts.join('; ')}`;
}

function describeOne(difference: Difference): string {
  const expected = writeExpected(difference);
  if (expected !== undefined) {
    if (isHeader(difference)) return `${writeDifference(difference)}: expected ${expected}`;
    return `${writeSeries(difference.family, difference.labels)}: is ${writeValue(difference.value)}, expected ${expected}`;
  }
  return `${writeDifference(difference)}: ${reason(difference)}`;
}

function reason(difference: Difference): string {
  if (difference.what === 'missing') {
    return isHeader(difference) || difference.object === undefined ? 'missing' : `missing, of ${difference.object}`;
  }
  if (difference.resource === undefined) return 'no table knows the family';
  if (isHeader(difference)) return 'there is no object that this family tells of';
  return difference.repeated ? 'the series is there once too often' : 'no object explains it';
}

function quoted(labels: Labels, name: string): string {
  const value = labels[name];
  return value === undefined ? 'absent' : JSON.stringify(value);
}
