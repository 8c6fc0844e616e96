interface Covered {
  readonly total: number;
  readonly covered: number;
  readonly pct: number;
}

/** One entry of jest's `coverage-summary.json`. */
export interface FileCoverage {
  readonly lines: Covered;
  readonly branches: Covered;
  readonly functions: Covered;
}

const mostFiles = 20;

/** A paragraph for a page: the unit tests' coverage of `helpers/`, and its date. */
export function coverageText({ lines, branches, functions }: FileCoverage, at: Date): string {
  const figures = `${lines.pct} % of the lines, ${branches.pct} % of the branches and ${functions.pct} % of the functions`;
  return `The unit tests cover ${figures} of \`helpers/\` (${at.toISOString().slice(0, 10)}).\n`;
}

/** The files with most lines that no unit test covers, a line each, by their path below `root`. */
export function leastCovered(files: Readonly<Record<string, FileCoverage>>, root: string): readonly string[] {
  return Object.entries(files)
    .map(([path, { lines }]) => ({ path, missed: lines.total - lines.covered, pct: lines.pct }))
    .filter(({ missed }) => missed > 0)
    .sort((a, b) => b.missed - a.missed)
    .slice(0, mostFiles)
    .map(({ path, missed, pct }) => `${String(missed).padStart(5)} lines missed (${pct} % covered)  ${path.replace(root, '')}\n`);
}
