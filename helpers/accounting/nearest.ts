import type { Labels } from '../exposition/model.ts';
import type { SampleDifference } from './difference.ts';

/** How many candidates are looked at; a family with more of them wrong is wrong throughout. */
const CANDIDATES = 2000;

/**
 * Of the samples that nothing explains, the one that the missing one was most probably written as: most labels in
 * common, at least one. Undefined when there is none.
 */
export function nearest(missing: SampleDifference, candidates: Iterable<SampleDifference>): SampleDifference | undefined {
  let best: SampleDifference | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  let looked = 0;
  for (const candidate of candidates) {
    const differing = differingLabels(candidate.labels, missing.labels).length;
    const inCommon = Object.keys(missing.labels).length - differing;
    if (differing < fewest && inCommon > 0) {
      best = candidate;
      fewest = differing;
    }
    looked += 1;
    if (fewest <= 1 || looked >= CANDIDATES) break;
  }
  return best;
}

/** The labels that only one of the two has, or that have another value in each. */
export function differingLabels(seen: Labels, expected: Labels): readonly string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(seen)]);
  return [...names].filter((name) => seen[name] !== expected[name]);
}
