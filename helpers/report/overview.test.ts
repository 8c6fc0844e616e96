import { coverageText, leastCovered, renderOverview } from './overview.ts';
import { sampleReport } from './testing/sample-report.ts';

test('every run has a row, in the order of their versions', () => {
  const at = (kubernetes: string) => ({ ...sampleReport(), cluster: { ...sampleReport().cluster, kubernetes } });

  const lines = renderOverview([at('v1.34.1'), at('v1.9.11')]).split('\n');

  expect(lines.filter((line) => line.startsWith('| v')).map((line) => line.split(' ')[1])).toEqual(['v1.9.11', 'v1.34.1']);
});

test('a failure is listed with its observation and its cause, and what passed is not', () => {
  const page = renderOverview([sampleReport()]);

  expect(page).toContain('- `scheduling/tolerates-control-plane` failed: Pending: 0/1 nodes are available');
  expect(page).toContain('- `probes/readiness-gates` failed, caused by `scheduling/tolerates-control-plane`: no pod');
  expect(page).not.toContain('probes/ready-within-budget');
});

test('a simulated run is marked in its row', () => {
  expect(renderOverview([sampleReport({ evidence: 'simulated' })])).toMatch(/^\| .*\(simulated\)/m);
});

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
