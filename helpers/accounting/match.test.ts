import type { Sample } from '../exposition/model.ts';
import { FamilySamples, mostDistinctiveLabel } from './match.ts';

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
