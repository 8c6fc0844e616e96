/** The candidate that was probably meant, or nothing when none comes near. */
function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: typingErrors(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= tolerated(best.candidate) ? best.candidate : undefined;
}

/** A third of the word, and room for two swapped letters, which count as two errors. */
function tolerated({ length }: string): number {
  return Math.max(length > 3 ? 2 : 1, Math.floor(length / 3));
}

/** `; did you mean x?`, or a full stop when nothing comes near. */
export function didYouMean(word: string, candidates: readonly string[], prefix = ''): string {
  const match = nearest(word, candidates);
  return match === undefined ? '.' : `; did you mean ${prefix}${match}?`;
}

/** Insertions, deletions and replacements that lead from one word to the other (Levenshtein's distance). */
function typingErrors(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
