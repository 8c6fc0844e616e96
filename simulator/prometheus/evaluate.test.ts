import { evaluate } from './evaluate.ts';
import { SeriesStore } from './series.ts';

function storeOf(
  samples: readonly (readonly [name: string, labels: Record<string, string>, ...values: number[]])[],
): SeriesStore {
  const store = new SeriesStore();
  for (const [name, labels, ...values] of samples) {
    for (const [index, value] of values.entries()) store.series({ __name__: name, ...labels }).add(index, value);
  }
  return store;
}

const pods = storeOf([
  ['ready', { pod: 'a', condition: 'true' }, 1],
  ['ready', { pod: 'b', condition: 'true' }, 0],
  ['labels', { pod: 'a', label_release: 'stable' }, 1],
  ['labels', { pod: 'b' }, 1],
  ['restarts', { pod: 'a' }, 0, 0, 1, 1],
  ['restarts', { pod: 'b' }, 3, 3, 3, 3],
]);

test('a selector returns the series that all matchers accept', () => {
  expect(evaluate('{__name__=~"re.*",condition!="",pod="b"}', pods, 3)).toEqual([
    { labels: { __name__: 'ready', pod: 'b', condition: 'true' }, value: 0 },
  ]);
});

test('group_left copies a label when it exists', () => {
  expect(evaluate('ready * on (pod) group_left(label_release) labels', pods, 3)).toEqual([
    { labels: { pod: 'a', condition: 'true', label_release: 'stable' }, value: 1 },
    { labels: { pod: 'b', condition: 'true' }, value: 0 },
  ]);
});

test('many-to-many matching is an error', () => {
  expect(() => evaluate('labels * on (pod) group_left() {__name__=~"labels|ready"}', pods, 3)).toThrow('many-to-many');
});

test('changes counts within the window', () => {
  expect(evaluate('changes(restarts[3s]) > 0', pods, 3)).toEqual([{ labels: { pod: 'a' }, value: 1 }]);
  expect(evaluate('changes(restarts[1s]) > 0', pods, 3)).toEqual([]);
});

test('a series has its value until it is marked as stale or was not scraped for five minutes', () => {
  const store = new SeriesStore();
  const series = store.series({ __name__: 'up' });
  for (const at of [0, 10, 20]) series.add(at, 1);
  const valueAt = (at: number) => evaluate('up', store, at);
  expect(valueAt(15)).toHaveLength(1);
  expect([valueAt(319), valueAt(320)].map((value) => (value as unknown[]).length)).toEqual([1, 0]);
  series.add(400, 1);
  expect(valueAt(350)).toEqual([]);
  series.add(410, undefined);
  expect([valueAt(405), valueAt(410)].map((value) => (value as unknown[]).length)).toEqual([1, 0]);
});

test('sum and count aggregate by the given labels', () => {
  expect(evaluate('sum by (condition) (ready)', pods, 3)).toEqual([{ labels: { condition: 'true' }, value: 1 }]);
  expect(evaluate('count(ready)', pods, 3)).toEqual([{ labels: {}, value: 2 }]);
  expect(evaluate('count(nothing)', pods, 3)).toEqual([]);
});

test('unless drops matching elements', () => {
  expect(evaluate('labels unless on (pod) labels{label_release!=""}', pods, 3)).toEqual([
    { labels: { __name__: 'labels', pod: 'b' }, value: 1 },
  ]);
});

test('unsupported functions are errors', () => {
  expect(() => evaluate('rate(ready[1m])', pods, 3)).toThrow('unsupported function: rate');
  expect(() => evaluate('ready{', pods, 3)).toThrow('parse error');
});
