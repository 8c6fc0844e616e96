import leven from 'leven';

/** The candidate that was probably meant, or undefined when none is similar. */
function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: leven(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= maxDistance(best.candidate) ? best.candidate : undefined;
}

/** A third of the word's length, and at least the two of swapped letters. */
function maxDistance({ length }: string): number {
  return Math.max(length > 3 ? 2 : 1, Math.floor(length / 3));
}

/** `; did you mean x?`, or a full stop when no candidate is similar. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const match = nearest(word, candidates);
  return match === undefined ? '.' : `; did you mean ${match}?`;
}
