import type { Sample } from '../exposition/model.ts';
import { FamilySamples, mostTelling } from './match.ts';

const sample = (labels: Sample['labels'], value = 1): Sample => ({ name: 'kube_x', labels, value, line: 1 });
const left = (samples: FamilySamples) => [...samples.left()].map(({ sample, repeated }) => ({ ...sample.labels, repeated }));

test('a sample is claimed once, and by all of its labels', () => {
  const samples = new FamilySamples([sample({ pod: 'p', node: 'n' })], 'pod');

  expect(samples.claim({ pod: 'p' }, {}, 1)).toBeUndefined();
  expect(samples.claim({ pod: 'p' }, { node: 'n', zone: 'z' }, 1)).toBeUndefined();
  expect(samples.claim({ pod: 'p' }, { node: 'n' }, 1)).toEqual(sample({ pod: 'p', node: 'n' }));
  expect(samples.claim({ pod: 'p' }, { node: 'n' }, 1)).toBeUndefined();
  expect(left(samples)).toEqual([]);
});

test('the samples of one object may be claimed in any order', () => {
  const states = ['a', 'b', 'c', 'd'];
  const samples = new FamilySamples(
    states.map((state) => sample({ pod: 'p', state })),
    'pod',
  );

  for (const state of ['c', 'a', 'd', 'b']) expect(samples.claim({ pod: 'p' }, { state }, 1)).toBeDefined();
  expect(left(samples)).toEqual([]);
});

test('of two samples of one series the one with the expected value is claimed, and the other one is repeated', () => {
  const samples = new FamilySamples([sample({ pod: 'p' }, 1), sample({ pod: 'p' }, 2), sample({ pod: 'q' })], 'pod');

  expect(samples.claim({ pod: 'p' }, {}, 2)?.value).toBe(2);
  expect(left(samples)).toEqual([
    { pod: 'p', repeated: true },
    { pod: 'q', repeated: false },
  ]);
});

test('a label of the sample goes before one of the object', () => {
  const samples = new FamilySamples([sample({ pod: 'other' })], 'pod');

  expect(samples.claim({ pod: 'p' }, { pod: 'other' }, 1)).toBeDefined();
});

test('the most telling label is the one with the most values', () => {
  expect(
    mostTelling([
      { namespace: 'a', configmap: 'kube-root-ca.crt' },
      { namespace: 'b', configmap: 'kube-root-ca.crt' },
    ]),
  ).toBe('namespace');
  expect(
    mostTelling([
      { namespace: 'a', configmap: 'x' },
      { namespace: 'a', configmap: 'y' },
    ]),
  ).toBe('configmap');
  expect(mostTelling([])).toBe('');
});
