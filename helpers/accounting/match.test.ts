import type { Sample } from '../exposition/model.ts';
import { writeValue } from '../go-number.ts';
import { FamilySamples, mostDistinctiveLabel } from './match.ts';
import { seriesKey, writeSample } from './series.ts';

const sample = (labels: Sample['labels'], value = 1): Sample => ({ name: 'kube_x', labels, value, line: 1 });
const unmatched = (samples: FamilySamples) =>
  [...samples.unmatched()].map(({ sample, duplicate }) => ({ ...sample.labels, duplicate }));

test('a sample is matched once, by all of its labels', () => {
  const samples = new FamilySamples([sample({ pod: 'p', node: 'n' })], 'pod');

  expect(samples.match({ pod: 'p' }, {}, 1)).toBeUndefined();
  expect(samples.match({ pod: 'p' }, { node: 'n', zone: 'z' }, 1)).toBeUndefined();
  expect(samples.match({ pod: 'p' }, { node: 'n' }, 1)).toEqual(sample({ pod: 'p', node: 'n' }));
  expect(samples.match({ pod: 'p' }, { node: 'n' }, 1)).toBeUndefined();
  expect(unmatched(samples)).toEqual([]);
});

test('the samples of an object can be matched in any order', () => {
  const states = ['a', 'b', 'c', 'd'];
  const samples = new FamilySamples(
    states.map((state) => sample({ pod: 'p', state })),
    'pod',
  );

  for (const state of ['c', 'a', 'd', 'b']) expect(samples.match({ pod: 'p' }, { state }, 1)).toBeDefined();
  expect(unmatched(samples)).toEqual([]);
});

test('of two samples of a series the one with the expected value is matched, and the other is a duplicate', () => {
  const samples = new FamilySamples([sample({ pod: 'p' }, 1), sample({ pod: 'p' }, 2), sample({ pod: 'q' })], 'pod');

  expect(samples.match({ pod: 'p' }, {}, 2)?.value).toBe(2);
  expect(unmatched(samples)).toEqual([
    { pod: 'p', duplicate: true },
    { pod: 'q', duplicate: false },
  ]);
});

test('a label of the sample takes precedence over one of the object', () => {
  const samples = new FamilySamples([sample({ pod: 'other' })], 'pod');

  expect(samples.match({ pod: 'p' }, { pod: 'other' }, 1)).toBeDefined();
});

test('the most distinctive label has the most values', () => {
  expect(
    mostDistinctiveLabel([
      { namespace: 'a', configmap: 'kube-root-ca.crt' },
      { namespace: 'b', configmap: 'kube-root-ca.crt' },
    ]),
  ).toBe('namespace');
  expect(
    mostDistinctiveLabel([
      { namespace: 'a', configmap: 'x' },
      { namespace: 'a', configmap: 'y' },
    ]),
  ).toBe('configmap');
  expect(mostDistinctiveLabel([])).toBe('');
});

test('the key does not depend on the order of labels', () => {
  expect(seriesKey({ a: '1', b: '2' })).toBe(seriesKey({ b: '2', a: '1' }));
});

test('the key separates values', () => {
  expect(seriesKey({ a: '1', b: '12:3' })).not.toBe(seriesKey({ a: '11:2', b: '3' }));
  expect(seriesKey({ a: '1' })).not.toBe(seriesKey({ b: '1' }));
  expect(seriesKey({ a: '' })).not.toBe(seriesKey({}));
});

test('a sample is written in the text format', () => {
  expect(writeSample('kube_pod_info', { pod: 'a"b\\c\nd' }, 1)).toBe('kube_pod_info{pod="a\\"b\\\\c\\nd"} 1');
  expect(writeSample('up', {}, 0)).toBe('up 0');
});

test.each([
  [1714557600, '1.7145576e+09'],
  [1000000, '1e+06'],
  [999999, '999999'],
  [0.1, '0.1'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [-2, '-2'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('%d is written %s, as in Go', (value, written) => {
  expect(writeValue(value)).toBe(written);
});
