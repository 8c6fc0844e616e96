import { type Pod, restartedWithin, toleratedFor, tolerates } from './pod.ts';

test('a restart counts until it is older than the given time', () => {
  const ended = (finishedAt?: string) =>
    ({
      status: { containerStatuses: [{ lastState: finishedAt ? { terminated: { exitCode: 1, finishedAt } } : {} }] },
    }) as unknown as Pod;
  const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();

  expect(restartedWithin(ended(ago(1_000)), 60_000)).toBe(true);
  expect(restartedWithin(ended(ago(120_000)), 60_000)).toBe(false);
  expect(restartedWithin(ended(), 60_000)).toBe(false);
});

test('a restart after a long back-off counts from the start of its process; a first start is no restart', () => {
  const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();
  const ended = { exitCode: 1, startedAt: ago(121_000), finishedAt: ago(120_000) };
  const running = { running: { startedAt: ago(5_000) } };
  const again = { waiting: {}, terminated: { exitCode: 1, startedAt: ago(5_000) } };
  const pod = (restartCount: number, state: object, lastState: object = { terminated: ended }) =>
    ({ status: { containerStatuses: [{ restartCount, state, lastState }] } }) as unknown as Pod;

  expect(restartedWithin(pod(1, running), 60_000)).toBe(true);
  expect(restartedWithin(pod(1, again), 60_000)).toBe(true);
  expect(restartedWithin(pod(0, running, {}), 60_000)).toBe(false);
});

const taint = { key: 'k3s-controlplane', value: 'true', effect: 'NoExecute' };

test('a toleration without a key matches every taint, and without an effect every effect', () => {
  expect(tolerates({ operator: 'Exists' }, taint)).toBe(true);
  expect(tolerates({ operator: 'Exists', effect: 'NoSchedule' }, taint)).toBe(false);
  expect(tolerates({ key: 'k3s-controlplane', operator: 'Exists' }, taint)).toBe(true);
  expect(tolerates({ key: 'another', operator: 'Exists' }, taint)).toBe(false);
});

test('a toleration with a value matches only that value', () => {
  expect(tolerates({ key: 'k3s-controlplane', value: 'true' }, taint)).toBe(true);
  expect(tolerates({ key: 'k3s-controlplane', operator: 'Equal', value: 'false' }, taint)).toBe(false);
  expect(tolerates({ key: 'k3s-controlplane' }, taint)).toBe(false);
});

test('a toleration without seconds has no limit; of several tolerations the first applies', () => {
  const unlimited = { operator: 'Exists' };
  const forAnHour = { ...unlimited, tolerationSeconds: 3600 };

  expect(toleratedFor([{ key: 'another', operator: 'Exists', tolerationSeconds: 1 }, unlimited], taint)).toBe(Infinity);
  expect(toleratedFor([forAnHour, unlimited], taint)).toBe(3600);
  expect(toleratedFor([{ ...unlimited, effect: 'NoSchedule' }], taint)).toBe(0);
});
