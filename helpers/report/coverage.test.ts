import { coverageText, leastCovered } from './coverage.ts';

const ratio = (total: number, covered: number) => ({ total, covered, pct: Math.round((covered / total) * 1000) / 10 });
const file = (total: number, covered: number) => ({
  lines: ratio(total, covered),
  branches: ratio(4, 3),
  functions: ratio(2, 2),
});

test('the paragraph has the figures and the date', () => {
  expect(coverageText(file(200, 171), new Date('2026-11-21T23:30:00Z'))).toBe(
    'The unit tests cover 85.5 % of the lines, 75 % of the branches and 100 % of the functions of `helpers/` (2026-11-21).\n',
  );
});

test('the files with most uncovered lines come first, and those that are covered whole are omitted', () => {
  const files = { '/r/helpers/a.ts': file(100, 90), '/r/helpers/b.ts': file(50, 10), '/r/helpers/c.ts': file(9, 9) };
  expect(leastCovered(files, '/r/')).toEqual([
    '   40 lines missed (20 % covered)  helpers/b.ts\n',
    '   10 lines missed (90 % covered)  helpers/a.ts\n',
  ]);
});
