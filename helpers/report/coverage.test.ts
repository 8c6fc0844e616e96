import { coverageText, leastCovered } from './coverage.ts';

const of = (total: number, covered: number) => ({ total, covered, pct: Math.round((covered / total) * 1000) / 10 });
const file = (total: number, covered: number) => ({ lines: of(total, covered), branches: of(4, 3), functions: of(2, 2) });

test('the figure is told with its day', () => {
  expect(coverageText(file(200, 171), new Date('2026-11-21T23:30:00Z'))).toBe(
    'The unit tests reach 85.5 % of the lines, 75 % of the branches and 100 % of the functions of `helpers/` (2026-11-21).\n',
  );
});

test('the files are told of which most is missed, those without anything missed are not', () => {
  const files = { '/r/helpers/a.ts': file(100, 90), '/r/helpers/b.ts': file(50, 10), '/r/helpers/c.ts': file(9, 9) };
  expect(leastCovered(files, '/r/')).toEqual([
    '   40 lines missed (20 % reached)  helpers/b.ts\n',
    '   10 lines missed (90 % reached)  helpers/a.ts\n',
  ]);
});
