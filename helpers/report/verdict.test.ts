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

test('a selected part is partial, and its exit code is 0 only when it holds', () => {
  expect(run(['passed', 'skipped'], { partial: 'selected' })).toBe('partial, exit 0');
  expect(run(['failed', 'skipped'], { partial: 'selected' })).toBe('partial, exit 1');
});

test('a part that was not selected never exits 0', () => {
  expect(run(['passed', 'skipped'], { partial: 'unverified' })).toBe('partial, exit 1');
  expect(run(['failed', 'skipped'], { partial: 'unverified' })).toBe('nonconformant, exit 1');
});

test('a selected part that was cut off is partial as well, and never exits 0', () => {
  expect(run(['failed', 'skipped'], { partial: 'unverified', isPart: true })).toBe('partial, exit 1');
  expect(run(['passed', 'skipped'], { partial: 'unverified', isPart: true })).toBe('partial, exit 1');
});

test('a cluster that failed proves nothing about the exporter, whatever failed with it', () => {
  expect(run(['failed'], { infrastructure: 'The API server stopped answering.' })).toBe('infrastructure, exit 3');
});

test('a run that judged nothing is not conformant', () => {
  expect(run([])).toBe('partial, exit 1');
  expect(run(['skipped'], { partial: 'selected' })).toBe('partial, exit 1');
});

test('a crash of the suite has an exit code of its own, whatever was found before it', () => {
  expect(run(['passed', 'skipped'], { partial: 'unverified', state: 'crashed' })).toBe('partial, exit 4');
  expect(run(['failed', 'skipped'], { partial: 'unverified', state: 'crashed' })).toBe('nonconformant, exit 4');
});

test('a run in which a must was blocked is never conformant, and does not exit 0', () => {
  expect(run(['passed', 'blocked'])).toBe('partial, exit 1');
  expect(run(['passed', 'blocked'], { partial: 'selected' })).toBe('partial, exit 1');
  expect(run(['failed', 'blocked'])).toBe('nonconformant, exit 1');
  expect(run(['passed', ['failed', 'should'], ['blocked', 'should']])).toBe('conformant, exit 0');
});
