import { parseVersion } from '../version.ts';
import { cpuQuantity, integerQuantity, isExtendedResource, quantity, resourceLabel, resourceUnits } from './quantity.ts';
import { contextOf } from './table.ts';

const before214 = contextOf(parseVersion('2.13.0'), {});
const since214 = contextOf(parseVersion('2.14.0'), {});

test.each([
  ['1500M', 1_500_000_000],
  ['1.5Gi', 1_610_612_736],
  ['100m', 0.1],
  ['1e3', 1000],
  ['0.5', 0.5],
  ['.5', 0.5],
  ['-2', -2],
  ['250k', 250_000],
  ['4035032Ki', 4_131_872_768],
  [3, 3],
])('%s is %d', (text, expected) => {
  expect(quantity(text)).toBe(expected);
});

test('a fraction of a thousandth is rounded up', () => {
  expect(cpuQuantity('100u')).toBe(0.001);
  expect(cpuQuantity('1n')).toBe(0.001);
  expect(cpuQuantity('1.0001')).toBe(1.001);
});

test('an integer quantity rounds fractions away from zero', () => {
  expect(integerQuantity('100m')).toBe(1);
  expect(integerQuantity('1.5')).toBe(2);
  expect(integerQuantity('-1.5')).toBe(-2);
  expect(integerQuantity('0.1Ki')).toBe(103);
});

test('whole numbers keep the precision of a float', () => {
  expect(integerQuantity('9007199254740993')).toBe(9007199254740992);
  expect(integerQuantity('8Ei')).toBe(2 ** 63);
});

test('releases before 2.14 overflow beyond 2^63 thousandths', () => {
  expect(quantity('10Pi', since214)).toBe(10 * 2 ** 50);
  // The product with a thousand, cut to the lowest 64 bits: apimachinery's int64 arithmetic.
  expect(quantity('10Pi', before214)).toBe(Number(BigInt.asIntN(64, 10n * 2n ** 50n * 1000n)) / 1000);
  expect(quantity('8Pi', before214)).toBe(8 * 2 ** 50);
});

test('an invalid quantity is an error with the text', () => {
  expect(() => quantity('lots')).toThrow('"lots" is not a Kubernetes quantity');
  expect(() => quantity('1.5GB')).toThrow('"1.5GB"');
  expect(() => quantity('')).toThrow('""');
});

test('the unit of a resource is core, byte or integer; unknown resources of Kubernetes have none', () => {
  expect(resourceUnits('cpu')).toEqual(['core']);
  expect(resourceUnits('ephemeral-storage')).toEqual(['byte']);
  expect(resourceUnits('hugepages-2Mi')).toEqual(['byte']);
  expect(resourceUnits('attachable-volumes-csi-x')).toEqual(['byte']);
  expect(resourceUnits('nvidia.com/gpu')).toEqual(['integer']);
  expect(resourceUnits('kubernetes.io/batteries')).toEqual([]);
  expect(resourceUnits('something')).toEqual([]);
});

test('only a node has the resource pods', () => {
  expect(resourceUnits('pods', 'node')).toEqual(['integer']);
  expect(resourceUnits('pods')).toEqual([]);
});

test('the resource label has underscores', () => {
  expect(resourceLabel('nvidia.com/gpu')).toBe('nvidia_com_gpu');
  expect(resourceLabel('hugepages-2Mi')).toBe('hugepages_2Mi');
});

test('an extended resource has a domain outside Kubernetes and is valid in a quota', () => {
  expect(isExtendedResource('example.com/dongle')).toBe(true);
  expect(isExtendedResource('requests.example.com/dongle')).toBe(false);
  expect(isExtendedResource('Example_com/dongle')).toBe(false);
  expect(isExtendedResource(`example.com/${'x'.repeat(64)}`)).toBe(false);
});
