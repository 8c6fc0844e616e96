import { stripVTControlCharacters } from 'node:util';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import type { Report } from './model.ts';
import { renderTerminal, terminalStyle } from './terminal.ts';
import { conformantReport, sampleReport } from './testing/sample-report.ts';

function terminal(report: Report, width = 100): string[] {
  return renderTerminal(report, { width, colour: false }).split('\n');
}

test('a failure has the requirement and its duration, expected, actual and the file to open', () => {
  const lines = terminal(sampleReport());
  const start = lines.findIndex((line) => line.startsWith('✗ access/denies-writes'));
  expect(lines[start]).toMatch(/^✗ access\/denies-writes {2,}3\.5 s$/);
  expect(lines.slice(start + 2, start + 6)).toEqual([
    '  expected  every write denied with 403, naming user, verb and resource',
    '  actual    delete pods: allowed (200, dry run)',
    '            deletecollection pods: allowed (200, dry run)',
    '  see       reports/diagnostics/access.txt',
  ]);
});

test('the verdict comes last, with the counts', () => {
  const lines = terminal(sampleReport(), 120)
    .filter((line) => line !== '')
    .slice(-4);
  expect(lines).toEqual([
    '17 passed, 4 failed (3 findings, 1 consequence), 1 blocked, 1 known issue, 1 not applicable, in 1 min 24 s',
    'NONCONFORMANT',
    '3 of 22 judged requirements failed (of these, 1 consequence, 1 more blocked, 1 recommendation not followed, 1 known',
    'issue).',
  ]);
});

test('known issues are listed, separately those that occurred and those that did not', () => {
  const lines = terminal(sampleReport());
  expect(lines[lines.indexOf('Known issues that occurred (1)') + 1]).toBe('  ≈ exposition/horizontalpodautoscaler');
  expect(lines[lines.indexOf('Known issues that did not occur (1)') + 1]).toBe('  ✓ resilience/survives-resource-backend');
});

test('the slowest phases come first', () => {
  const lines = terminal(sampleReport());
  const start = lines.indexOf('Slowest phases');
  expect(lines.slice(start + 1, start + 3).map((line) => line.trim())).toEqual([
    'verify in parallel        31.2 s',
    'boot the cluster          23.8 s',
  ]);
});

test('a live run names the distribution', () => {
  expect(terminal(sampleReport())).toContain(
    'cluster    live, upstream Kubernetes v1.34.1, 1 node (localhost/kube-node:v1.34.1)',
  );
  const k3s = { kind: 'k3s', image: 'rancher/k3s:v1.24.17-k3s1', kubernetes: 'v1.24.17+k3s1', nodes: 2 } as const;
  expect(terminal(sampleReport({ cluster: k3s }))).toContain(
    'cluster    live, K3s v1.24.17+k3s1, 2 nodes (rancher/k3s:v1.24.17-k3s1)',
  );
});

test('on the simulated cluster every line is marked', () => {
  const lines = terminal(sampleReport({ evidence: 'simulated' }), 72).filter((line) => line !== '');
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.filter((line) => !line.startsWith('[simulated] '))).toEqual([]);
});

test.each([60, 72, 200])('only a word that cannot be broken is wider than %d columns', (width) => {
  const tooWide = terminal(sampleReport(), width).filter((line) => line.length > Math.min(width, 120));
  expect(tooWide.filter((line) => Math.max(...line.split(' ').map((word) => word.length)) < width - 20)).toEqual([]);
});

test('a long text is cut, with the file that has the rest', () => {
  const [, , , failure] = sampleReport().requirements;
  if (!failure) throw new Error('The sample has no fourth requirement.');
  const actual = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
  const lines = terminal(sampleReport({ requirements: [{ ...failure, actual }] }));
  expect(lines).toContain('            … 28 more lines in report.json');
  expect(lines.some((line) => line.endsWith('line 12'))).toBe(false);
});

test('a run that the cluster ended has the reason, and that it proves nothing about the exporter', () => {
  for (const reason of ['The API server stopped answering.', 'The API server stopped answering']) {
    const report = sampleReport({ verdict: 'infrastructure', reason });
    expect(terminal(report)).toContain('The API server stopped answering. This proves nothing about the exporter.');
  }
});

test('leftovers are listed', () => {
  expect(terminal(conformantReport({ leftovers: ['container conformance-1'] }))).toContain('  container conformance-1');
});

test('known issues that objects of the cluster meet are listed in every report', () => {
  const knownIssues = ['Known issue x is met by Pod a/b.'];
  const { cluster } = sampleReport();
  const report = sampleReport({ cluster: { ...cluster, knownIssues } });

  expect(terminal(report).join('\n')).toContain(
    'Known issues that objects of this cluster meet (1)\n  ≈ Known issue x is met by Pod a/b.\n',
  );
  expect(terminal(sampleReport()).join('\n')).not.toContain('objects of this cluster');
  expect(renderMarkdown(report)).toContain('\n- Known issue x is met by Pod a/b.\n');
  expect(renderHtml(report)).toContain('<li>Known issue x is met by Pod a/b.</li>');
});

describe('colour and width', () => {
  test('colour is used at a terminal, unless NO_COLOR is set', () => {
    expect(terminalStyle({ isTTY: true, columns: 90 }, {})).toEqual({ width: 90, colour: true });
    expect(terminalStyle({ isTTY: true }, { NO_COLOR: '1' }).colour).toBe(false);
    expect(terminalStyle({ isTTY: true }, { NO_COLOR: '' }).colour).toBe(true);
    expect(terminalStyle({}, {})).toEqual({ width: 100, colour: false });
  });

  test('the width is that of the terminal, or COLUMNS where there is none', () => {
    expect(terminalStyle({ isTTY: true, columns: 90 }, { COLUMNS: '60' }).width).toBe(90);
    expect(terminalStyle({}, { COLUMNS: '60' }).width).toBe(60);
    expect(terminalStyle({}, { COLUMNS: '' }).width).toBe(100);
  });

  test('colour changes nothing else', () => {
    const report = sampleReport();
    const coloured = renderTerminal(report, { width: 100, colour: true });
    expect(coloured).toContain('\x1b[31m');
    expect(stripVTControlCharacters(coloured)).toBe(renderTerminal(report, { width: 100, colour: false }));
  });
});

test('a finding names what it causes and blocks, and every consequence is listed under it with its sentence', () => {
  const lines = terminal(sampleReport());
  const start = lines.findIndex((line) => line.startsWith('✗ scheduling/tolerates-control-plane'));
  expect(lines.slice(start + 5, start + 13)).toEqual([
    '  see       reports/diagnostics/monitoring/pod-mntr-agent-kube-state-metrics.yaml',
    '  caused    probes/readiness-gates',
    '  blocked   scheduling/stays-when-tainted-again',
    '',
    'Caused by scheduling/tolerates-control-plane (1)',
    '  ✗ probes/readiness-gates',
    '    A pod whose readiness probe fails gets no DNS record.',
    '    no pod of the Deployment on server',
  ]);
  expect(lines[lines.indexOf('Blocked (1)') + 1]).toBe('  ⊘ scheduling/stays-when-tainted-again');
});
