import { parseExpression } from './expression.ts';
import { forJob } from './on-side.ts';

test('the selectors of an expression are found with their matchers, however they are quoted', () => {
  const { selectors, faults } = parseExpression('rate(a{b="c\\"d",e=~`f.*`}[5m]) / {"g", h!~\'i\'}');

  expect(faults).toEqual([]);
  expect(selectors).toMatchObject([
    {
      metric: 'a',
      matchers: [
        { label: 'b', operator: '=', value: 'c"d' },
        { label: 'e', operator: '=~', value: 'f.*' },
      ],
    },
    { metric: 'g', matchers: [{ label: 'h', operator: '!~', value: 'i' }] },
  ]);
});

test('a join names its labels for both sides, and what it takes over for the side that has it', () => {
  const { labels } = parseExpression('a * on (pod) group_left (owner) sum by (pod, owner) (b)');
  const told = labels.map(({ role, label, selectors }) => `${role} ${label}: ${selectors.map(({ metric }) => metric).join()}`);

  expect(told).toEqual(['by pod: b', 'by owner: b', 'on pod: a', 'on pod: b', 'group owner: b']);
});

test('what stands after unless excludes', () => {
  const { selectors } = parseExpression('a unless on (pod) (b{c="d"} == 1)');

  expect(selectors.map(({ metric, excludes }) => [metric, excludes])).toEqual([
    ['a', false],
    ['b', true],
  ]);
});

test.each([
  ['sum(a) +\n', 2, 1, 'something is missing'],
  ['a\n  and ) b', 2, 7, ')'],
  ['a{b=~"(c"}', 1, 7, 'no regular expression'],
  ['', 1, 1, 'empty'],
])('%j cannot be read, at a place', (text, line, column, words) => {
  expect(parseExpression(text).faults[0]).toMatchObject({ line, column, message: expect.stringContaining(words) });
});

test('an expression is narrowed to one scrape job in every selector', () => {
  const narrowed = forJob('a{b="c"} / on (d) sum(rate(e[5m])) unless {__name__=~"f.+"} or g{}', 'new');

  expect(narrowed).toBe(
    'a{job="new",b="c"} / on (d) sum(rate(e{job="new"}[5m])) unless {job="new",__name__=~"f.+"} or g{job="new"}',
  );
  expect(parseExpression(narrowed).faults).toEqual([]);
});
