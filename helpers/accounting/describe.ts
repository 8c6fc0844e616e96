import type { Labels } from '../exposition/model.ts';
import { writeValue } from '../go-number.ts';
import type { Accounting } from './account.ts';
import {
  type Difference,
  differingLabels,
  isHeader,
  type SampleDifference,
  writeDifference,
  writeExpected,
} from './difference.ts';
import { isEqualValue } from './match.ts';
import { writeSeries } from './series.ts';

export interface DescribeOptions {
  /** The maximum number of lines, 20 by default; if there are more, the last one has the totals. */
  readonly limit?: number;
}

const PER_FAMILY = 3;

/**
 * The differences as lines, up to three per family: `kube_pod_owner{…}: owner_kind is "", expected "<none>"`.
 * A missing sample and the most similar unexplained one are one line.
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
    const group = families.get(difference.family);
    if (group) group.push(difference);
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
    const similar = isMissing(difference) ? mostSimilar(difference, unexplained) : undefined;
    if (similar) {
      unexplained.delete(similar);
      pending.delete(similar);
    }
    lines.push(similar && isMissing(difference) ? describePair(difference, similar) : describeDifference(difference));
  }
  return pending.size === 0 ? lines : [...lines, `${family}: ${pending.size} more`];
}

function isMissing(difference: Difference): difference is SampleDifference {
  return !isHeader(difference) && difference.what === 'missing';
}

function isUnexplained(difference: Difference): difference is SampleDifference {
  return !isHeader(difference) && difference.what === 'unexplained';
}

function describePair(missing: SampleDifference, exposed: SampleDifference): string {
  const differing = differingLabels(exposed.labels, missing.labels);
  const common = Object.fromEntries(Object.entries(missing.labels).filter(([name]) => !differing.includes(name)));
  const parts = differing.map((name) => `${name} is ${quoted(exposed.labels, name)}, expected ${quoted(missing.labels, name)}`);
  if (!isEqualValue(exposed.value, missing.value)) {
    parts.push(`value is ${writeValue(exposed.value)}, expected ${writeValue(missing.value)}`);
  }
  return `${writeSeries(missing.family, common)}: ${parts.join('; ')}`;
}

function describeDifference(difference: Difference): string {
  const expected = writeExpected(difference);
  if (expected !== undefined) {
    if (isHeader(difference)) return `${writeDifference(difference)}: expected ${expected}`;
    return `${writeSeries(difference.family, difference.labels)}: is ${writeValue(difference.value)}, expected ${expected}`;
  }
  return `${writeDifference(difference)}: ${reason(difference)}`;
}

function reason(difference: Difference): string {
  if (difference.what === 'missing') {
    return isHeader(difference) || difference.object === undefined ? 'missing' : `missing for ${difference.object}`;
  }
  if (difference.resource === undefined) return 'unknown family';
  if (isHeader(difference)) return 'the resource has no object';
  return difference.duplicate ? 'duplicate series' : 'no object explains it';
}

function quoted(labels: Labels, name: string): string {
  const value = labels[name];
  return value === undefined ? 'absent' : JSON.stringify(value);
}

/** The maximum number of candidates that are compared, which bounds the time for a family with many differences. */
const MAX_CANDIDATES = 2000;

/**
 * The unexplained sample with the most labels in common with a missing one, at least one label.
 * Undefined if there is none.
 */
function mostSimilar(missing: SampleDifference, candidates: Iterable<SampleDifference>): SampleDifference | undefined {
  let best: SampleDifference | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  let compared = 0;
  for (const candidate of candidates) {
    const differing = differingLabels(candidate.labels, missing.labels).length;
    const inCommon = Object.keys(missing.labels).length - differing;
    if (differing < fewest && inCommon > 0) {
      best = candidate;
      fewest = differing;
    }
    compared += 1;
    if (fewest <= 1 || compared >= MAX_CANDIDATES) break;
  }
  return best;
}
