import { renderMarkdown, STEP_SUMMARY_LIMIT_BYTES } from './markdown.ts';
import { hostileReport, sampleReport } from './testing/sample-report.ts';

test('the verdict comes first, then the findings with expected, actual and the file to open', () => {
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

test('the areas are a table with counts by status', () => {
  expect(renderMarkdown(sampleReport())).toContain('| scheduling | 1 | 1 | 1 | 0 | 0 | 1 |');
});

test('a summary that is too large for GitHub is cut at the end, with the number of parts that are missing', () => {
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

test('an observation stays within its block, and is escaped outside of it', () => {
  const summary = renderMarkdown(hostileReport());
  const fences = summary.split('\n').filter((line) => line.startsWith('````'));
  expect(fences).toHaveLength(6);
  expect(summary).toContain('&lt;script&gt;alert("x")&lt;/script&gt;');
  expect(summary).not.toContain('\x1b');
});

test('on the simulated cluster every heading of a result and every row is marked', () => {
  const summary = renderMarkdown(sampleReport({ evidence: 'simulated' }));
  const results = summary.split('\n').filter((line) => /^(## |### `|- `|\*\*|\| [a-z]+ )/.test(line));
  expect(results.length).toBeGreaterThan(15);
  expect(results.filter((line) => !line.includes('(simulated)'))).toEqual([]);
});

test('a finding lists the failures that it causes, with their sentence and observation, and how many requirements it blocks', () => {
  const summary = renderMarkdown(sampleReport());
  expect(summary).toContain(`It causes 1 more failure:

- \`probes/readiness-gates\` failed: A pod whose readiness probe fails gets no DNS record. no pod of the Deployment on server

It blocks 1 requirement.
`);
  expect(summary).toContain(
    '- `scheduling/stays-when-tainted-again` blocked: needs scheduling/tolerates-control-plane, which failed',
  );
});
