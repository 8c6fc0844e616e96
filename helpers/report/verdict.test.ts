import type { Level } from '../suite/record.ts';
import type { ReportState, Status } from './model.ts';
import { type Circumstances, exitCodeOf, verdictOf } from './verdict.ts';

function run(
  statuses: readonly (Status | [Status, Level])[],
  circumstances: Circumstances & { state?: ReportState } = {},
): string {
  const results = statuses.map((entry) => {
    const [status, level] = typeof entry === 'string' ? ([entry, 'must'] as const) : entry;
    return { status, level };
  });
  const verdict = verdictOf(results, circumstances);
  const { partial, state = 'complete' } = circumstances;
  return `${verdict}, exit ${exitCodeOf({ state, verdict, partial, requirements: results })}`;
}

test('a run in which everything applicable holds is conformant', () => {
  expect(run(['passed', 'not-applicable'])).toBe('conformant, exit 0');
});

test('a known issue leaves a run conformant', () => {
  expect(run(['passed', 'known-issue'])).toBe('conformant, exit 0');
});

test('one failed must is enough to be nonconformant', () => {
  expect(run(['passed', 'failed'])).toBe('nonconformant, exit 1');
});

test('a failed should changes neither verdict nor exit code', () => {
  expect(run(['passed', ['failed', 'should']])).toBe('conformant, exit 0');
});

test('a part that was asked for is partial, and its exit code tells whether it holds', () => {
  expect(run(['passed', 'skipped'], { partial: 'asked' })).toBe('partial, exit 0');
  expect(run(['failed', 'skipped'], { partial: 'asked' })).toBe('partial, exit 1');
});

test('a part that came about never exits 0', () => {
  expect(run(['passed', 'skipped'], { partial: 'came-about' })).toBe('partial, exit 1');
  expect(run(['failed', 'skipped'], { partial: 'came-about' })).toBe('nonconformant, exit 1');
});

test('a cluster that broke says nothing about the exporter, whatever failed with it', () => {
  expect(run(['failed'], { infrastructure: 'The API server stopped answering.' })).toBe('infrastructure, exit 3');
});

test('a run that judged nothing is not conformant', () => {
  expect(run([])).toBe('partial, exit 1');
  expect(run(['skipped'], { partial: 'asked' })).toBe('partial, exit 1');
});

test('a crash of the suite has an exit code of its own, whatever was found before it', () => {
  expect(run(['passed', 'skipped'], { partial: 'came-about', state: 'crashed' })).toBe('partial, exit 4');
  expect(run(['failed', 'skipped'], { partial: 'came-about', state: 'crashed' })).toBe('nonconformant, exit 4');
});
