import { type Pod, restartedWithin } from './pod.ts';

test('a restart counts for as long as it is not longer ago, and one that never was does not', () => {
  const ended = (finishedAt?: string) =>
    ({
      status: { containerStatuses: [{ lastState: finishedAt ? { terminated: { exitCode: 1, finishedAt } } : {} }] },
    }) as unknown as Pod;
  const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();

  expect(restartedWithin(ended(ago(1_000)), 60_000)).toBe(true);
  expect(restartedWithin(ended(ago(120_000)), 60_000)).toBe(false);
  expect(restartedWithin(ended(), 60_000)).toBe(false);
});
