import { disagreements, tableOfBoth } from './agreement.ts';
import type { Judgement } from './judgement.ts';
import { joined, type MutantsRecord } from './record.ts';

const judgement = (more: Partial<Judgement> = {}): Judgement => ({
  name: 'serviceHasAClusterIp',
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

test('Two clusters agree that do the same to a defect, however long it takes and whatever is seen', () => {
  const other = judgement({ durationMs: 20, observations: { 'dns/headless': '10.43.0.9' } });

  expect(disagreements(record('live', judgement()), record('simulated', other))).toEqual([]);
});

test('They disagree about a fate, and about a requirement that is no part of it', () => {
  const other = judgement({ fate: 'survived', statuses: { 'dns/headless': 'failed', 'dns/answers-by-name': 'passed' } });

  expect(disagreements(record('live', judgement()), record('simulated', other))).toEqual([
    'serviceHasAClusterIp: killed and survived',
    'serviceHasAClusterIp: dns/answers-by-name skipped and passed',
  ]);
});

test('A mutant that was tried on one of them alone is told', () => {
  expect(disagreements(record('live', judgement()), record('simulated'))).toEqual(['serviceHasAClusterIp: only tried live']);
});

test('The table has a row for each mutant, with what became of it on both', () => {
  const other = judgement({ fate: 'killed-by-another', failed: ['dns/answers-by-name'], durationMs: 300 });

  expect(tableOfBoth(record('live', judgement()), record('simulated', other)).split('\n')[2]).toBe(
    '| The Service has a cluster IP. | `dns/headless` | killed | **killed-by-another**: dns/answers-by-name | 1.5 s | 0.3 s |',
  );
});

test('Several records of one kind of cluster are one, in which the last judgement counts', () => {
  const [old, renewed] = [judgement({ fate: 'survived' }), judgement()];
  const further = judgement({ name: 'nodeHasNoTaint' });
  const records = [record('live', old), record('simulated', old), record('live', renewed, further)];

  expect(joined(records, 'live').judgements).toEqual([renewed, further]);
  expect(() => joined(records.slice(0, 1), 'simulated')).toThrow('none of these is simulated');
});
