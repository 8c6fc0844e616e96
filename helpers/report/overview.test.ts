import { renderOverview } from './overview.ts';
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
