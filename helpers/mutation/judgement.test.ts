import { judge } from './judgement.ts';
import { markdownTable, progressLine, summary } from './table.ts';

const mutant = { sentence: 'The Service has a cluster IP.', fails: ['dns/headless'] };
const selected = ['dns/headless', 'dns/resolves-to-ready-pods'];
const result = (id: string, status: 'passed' | 'failed' | 'blocked') => ({ id, status, actual: `${id} seen` });
const judged = (...results: readonly ReturnType<typeof result>[]) => ({
  ...judge('serviceHasAClusterIp', mutant, { results, selected }),
  durationMs: 1500,
});

test('A mutant is killed when its requirement fails and no other; what needs it is blocked', () => {
  expect(judged(result('dns/headless', 'failed'), result('dns/resolves-to-ready-pods', 'blocked')).fate).toBe('killed');
});

test('A failure that the requirement explains is its consequence, and no second failure', () => {
  const consequence = { ...result('dns/resolves-to-ready-pods', 'failed'), causedBy: 'dns/headless' };

  const judgement = judged(result('dns/headless', 'failed'), consequence);

  expect(judgement).toMatchObject({ fate: 'killed', failed: ['dns/headless'] });
  expect(judgement.statuses).toEqual({ 'dns/headless': 'failed', 'dns/resolves-to-ready-pods': 'failed' });
});

test('A second failure makes it killed by another, as one defect must be one failure', () => {
  const judgement = judged(result('dns/headless', 'failed'), result('dns/resolves-to-ready-pods', 'failed'));

  expect(judgement.fate).toBe('killed-by-another');
  expect(judgement.failed).toEqual(['dns/headless', 'dns/resolves-to-ready-pods']);
});

test('A mutant that only another requirement notices is not killed by the right one', () => {
  expect(judged(result('dns/headless', 'passed'), result('dns/resolves-to-ready-pods', 'failed')).fate).toBe('killed-by-another');
});

test('A mutant that nobody notices has survived', () => {
  expect(judged(result('dns/headless', 'passed')).fate).toBe('survived');
});

test('A mutant whose requirement is not applicable cannot be judged, and says so', () => {
  const judgement = judge('x', mutant, { results: [], selected: ['dns/refuses-a-wrong-name'] });

  expect(judgement.fate).toBe('error');
  expect(judgement.observations.x).toBe('not applicable here: dns/headless');
});

test('The table has a row for each mutant, and stresses what is not as it must be', () => {
  const right = judged(result('dns/headless', 'failed'));
  const survived = judged(result('dns/headless', 'passed'));

  const rows = markdownTable([right, survived]).trimEnd().split('\n').slice(2);

  expect(rows).toEqual([
    '| The Service has a cluster IP. | `dns/headless` | killed | 1.5 s |',
    '| The Service has a cluster IP. | `dns/headless` | **survived** | 1.5 s |',
  ]);
  expect(summary([right, survived], 61_000, 3)).toBe(
    '2 mutants in 1 min 1 s: 1 killed, 1 survived (serviceHasAClusterIp), 1 not tried',
  );
});

test('What was killed by another shows on the terminal what was wanted, what failed and why', () => {
  const line = progressLine(judged(result('dns/resolves-to-ready-pods', 'failed')));

  expect(line).toContain('✗ serviceHasAClusterIp');
  expect(line).toContain('expected dns/headless');
  expect(line).toContain('failed dns/resolves-to-ready-pods');
  expect(line).toContain('dns/resolves-to-ready-pods: dns/resolves-to-ready-pods seen');
});
