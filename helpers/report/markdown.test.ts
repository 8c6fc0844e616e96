import { renderMarkdown, STEP_SUMMARY_LIMIT_BYTES } from './markdown.ts';
import { hostileReport } from './testing/hostile-report.ts';
import { sampleReport } from './testing/sample-report.ts';

test('the verdict comes first, then the failures with what was wanted, seen and where to look', () => {
  const lines = renderMarkdown(sampleReport()).split('\n');
  expect(lines[0]).toBe('## ❌ kube-state-metrics v2.5.0: nonconformant');
  const start = lines.indexOf('### `access/denies-writes` failed');
  expect(lines.slice(start + 4, start + 10)).toEqual([
    '```text',
    'expected  every write denied with 403, naming user, verb and resource',
    'actual    delete pods: allowed (200, dry run)',
    '          deletecollection pods: allowed (200, dry run)',
    'see       reports/diagnostics/access.txt',
    '```',
  ]);
});

test('the areas are a table that counts what ended how', () => {
  expect(renderMarkdown(sampleReport())).toContain('| scheduling | 1 | 1 | 0 | 1 | 1 |');
});

test('a summary that GitHub would refuse is cut at the end, and says that it was', () => {
  const [, , , failure] = sampleReport().requirements;
  if (!failure) throw new Error('The sample has no fourth requirement.');
  const requirements = Array.from({ length: 2_000 }, (_, index) => ({
    ...failure,
    id: `area/number-${index}`,
    actual: 'ä '.repeat(5_000),
  }));
  const summary = renderMarkdown(sampleReport({ requirements }));
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(STEP_SUMMARY_LIMIT_BYTES);
  expect(Buffer.byteLength(summary)).toBeGreaterThan(STEP_SUMMARY_LIMIT_BYTES * 0.9);
  expect(summary).toMatch(/_\d+ more parts of this summary did not fit; the JSON report has everything\._\n$/);
});

test('what was observed stays within its block and is no markup', () => {
  const summary = renderMarkdown(hostileReport());
  const fences = summary.split('\n').filter((line) => line.startsWith('````'));
  expect(fences).toHaveLength(6);
  expect(summary).toContain('&lt;script&gt;alert("x")&lt;/script&gt;');
  expect(summary).not.toContain('\x1b');
});

test('on the simulated cluster every heading of a result and every row says so', () => {
  const summary = renderMarkdown(sampleReport({ evidence: 'simulated' }));
  const results = summary.split('\n').filter((line) => /^(## |### `|- `|\*\*|\| [a-z]+ )/.test(line));
  expect(results.length).toBeGreaterThan(15);
  expect(results.filter((line) => !line.includes('(simulated)'))).toEqual([]);
});
