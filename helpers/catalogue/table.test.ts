import { conditionSamples } from './table.ts';

test('a condition has three samples, 1 for its status', () => {
  expect(conditionSamples('False', { condition: 'Ready' }, 'status')).toEqual([
    { labels: { condition: 'Ready', status: 'true' }, value: 0 },
    { labels: { condition: 'Ready', status: 'false' }, value: 1 },
    { labels: { condition: 'Ready', status: 'unknown' }, value: 0 },
  ]);
  expect(conditionSamples(undefined, {}, 'status').map(({ value }) => value)).toEqual([0, 0, 0]);
});
