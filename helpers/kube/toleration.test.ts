import { toleratedFor, tolerates } from './toleration.ts';

const taint = { key: 'k3s-controlplane', value: 'true', effect: 'NoExecute' };

test('a toleration without a key is of every taint, and one without an effect of every effect', () => {
  expect(tolerates({ operator: 'Exists' }, taint)).toBe(true);
  expect(tolerates({ operator: 'Exists', effect: 'NoSchedule' }, taint)).toBe(false);
  expect(tolerates({ key: 'k3s-controlplane', operator: 'Exists' }, taint)).toBe(true);
  expect(tolerates({ key: 'other', operator: 'Exists' }, taint)).toBe(false);
});

test('a toleration of a value is of that value alone', () => {
  expect(tolerates({ key: 'k3s-controlplane', value: 'true' }, taint)).toBe(true);
  expect(tolerates({ key: 'k3s-controlplane', operator: 'Equal', value: 'false' }, taint)).toBe(false);
  expect(tolerates({ key: 'k3s-controlplane' }, taint)).toBe(false);
});

test('what is tolerated without a time is tolerated for good; of several tolerations the first one counts', () => {
  const forGood = { operator: 'Exists' };
  const forAnHour = { ...forGood, tolerationSeconds: 3600 };

  expect(toleratedFor([{ key: 'other', operator: 'Exists', tolerationSeconds: 1 }, forGood], taint)).toBe(Infinity);
  expect(toleratedFor([forAnHour, forGood], taint)).toBe(3600);
  expect(toleratedFor([{ ...forGood, effect: 'NoSchedule' }], taint)).toBe(0);
});
