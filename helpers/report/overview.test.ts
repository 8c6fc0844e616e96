import { renderOverview } from './overview.ts';
import { sampleReport } from './testing/sample-report.ts';

test('every run has a line, in the order of their versions', () => {
  const at = (kubernetes: string) => ({ ...sampleReport(), cluster: { ...sampleReport().cluster, kubernetes } });

  const lines = renderOverview([at('v1.34.1'), at('v1.9.11')]).split('\n');

  expect(lines.filter((line) => line.startsWith('| v')).map((line) => line.split(' ')[1])).toEqual(['v1.9.11', 'v1.34.1']);
});

test('what failed is told with what was seen, and what passed is not told', () => {
  const page = renderOverview([sampleReport()]);

  expect(page).toContain('- `scheduling/tolerates-control-plane` failed: Pending: 0/1 nodes are available');
  expect(page).not.toContain('probes/ready-within-budget');
});

test('a simulated run says so in its line', () => {
  expect(renderOverview([sampleReport({ evidence: 'simulated' })])).toMatch(/^\| .*\(simulated\)/m);
});
