import type { Judgement } from './judgement.ts';
import { disagreements, type MutantsRecord, markdownTable, mergeRecords, progressLine, summary } from './record.ts';

const judgement = (more: Partial<Judgement> = {}): Judgement => ({
  name: 'service-has-a-cluster-ip',
  sentence: 'The Service has a cluster IP.',
  fate: 'killed',
  expected: ['dns/headless'],
  failed: ['dns/headless'],
  observations: { 'dns/headless': '10.43.0.7' },
  statuses: { 'dns/headless': 'failed', 'dns/answers-by-name': 'skipped' },
  durationMs: 1500,
  ...more,
});
const record = (evidence: 'live' | 'simulated', ...judgements: readonly Judgement[]): MutantsRecord => ({
  evidence,
  kubernetes: 'v1.24.17',
  startedAt: '2024-02-29T12:00:00Z',
  durationMs: 1500,
  judgements,
});

test('Two clusters agree when a defect has the same effect in both, whatever its duration and observations', () => {
  const simulated = judgement({ durationMs: 20, observations: { 'dns/headless': '10.43.0.9' } });

  expect(disagreements(record('live', judgement()), record('simulated', simulated))).toEqual([]);
});

test('They disagree about a fate, and about the status of any requirement', () => {
  const simulated = judgement({ fate: 'survived', statuses: { 'dns/headless': 'failed', 'dns/answers-by-name': 'passed' } });

  expect(disagreements(record('live', judgement()), record('simulated', simulated))).toEqual([
    'service-has-a-cluster-ip: killed and survived',
    'service-has-a-cluster-ip: dns/answers-by-name skipped and passed',
  ]);
});

test('A mutant that was verified in one of them only is a disagreement', () => {
  expect(disagreements(record('live', judgement()), record('simulated'))).toEqual([
    'service-has-a-cluster-ip: only verified live',
  ]);
});

test('Records of one kind of cluster are merged, and the last judgement of a mutant counts', () => {
  const [old, renewed] = [judgement({ fate: 'survived' }), judgement()];
  const further = judgement({ name: 'node-has-no-taint' });
  const records = [record('live', old), record('simulated', old), record('live', renewed, further)];

  expect(mergeRecords(records, 'live').judgements).toEqual([renewed, further]);
  expect(() => mergeRecords(records.slice(0, 1), 'simulated')).toThrow('none of these is simulated');
});

test('The table has a row for each mutant, and emphasizes those that were not killed', () => {
  const survived = judgement({ fate: 'survived', failed: [] });

  expect(markdownTable([judgement(), survived]).trimEnd().split('\n').slice(2)).toEqual([
    '| The Service has a cluster IP. | `dns/headless` | killed | 1.5 s |',
    '| The Service has a cluster IP. | `dns/headless` | **survived** | 1.5 s |',
  ]);
  expect(summary([judgement(), survived], 61_000, 3)).toBe(
    '2 mutants in 1 min 1 s: 1 killed, 1 survived (service-has-a-cluster-ip), 1 not verified',
  );
});

test('A mutant that another requirement killed is printed with what had to fail, what failed and why', () => {
  const line = progressLine(
    judgement({
      fate: 'killed-by-another',
      failed: ['dns/answers-by-name'],
      observations: { 'dns/answers-by-name': 'no record' },
    }),
  );

  expect(line).toContain('✗ service-has-a-cluster-ip');
  expect(line).toContain('expected dns/headless');
  expect(line).toContain('failed dns/answers-by-name');
  expect(line).toContain('dns/answers-by-name: no record');
});
