import { parseExpression, withoutVariableMatchers } from './expression.ts';
import { regularExpression } from './matcher.ts';

test('selectors are parsed with matchers in all quoting styles', () => {
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

test('labels of on apply to both sides of a join, labels of group_left to one', () => {
  const { labels } = parseExpression('a * on (pod) group_left (owner) sum by (pod, owner) (b)');
  const uses = labels.map(({ role, label, selectors }) => `${role} ${label}: ${selectors.map(({ metric }) => metric).join()}`);

  expect(uses).toEqual(['by pod: b', 'by owner: b', 'on pod: a', 'on pod: b', 'group owner: b']);
});

test('selectors on the right of unless exclude', () => {
  const { selectors } = parseExpression('a unless on (pod) (b{c="d"} == 1)');

  expect(selectors.map(({ metric, excludes }) => [metric, excludes])).toEqual([
    ['a', false],
    ['b', true],
  ]);
});

test.each([
  ['sum(a) +\n', 2, 1, 'Unexpected end'],
  ['a\n  and ) b', 2, 7, ')'],
  ['a{b=~"(c"}', 1, 7, 'not a valid regular expression'],
  ['', 1, 1, 'empty'],
])('%j has a syntax error with line and column', (text, line, column, words) => {
  expect(parseExpression(text).faults[0]).toMatchObject({ line, column, message: expect.stringContaining(words) });
});

test('a matcher with a variable of Grafana accepts anything', () => {
  const evaluated = withoutVariableMatchers('a{b="$c",d!~"[[e]]|f",g="h"} / on (i) rate(j{k=~"[[l:regex]]"}[5m])');

  expect(evaluated).toBe('a{b=~".*",d=~".*",g="h"} / on (i) rate(j{k=~".*"}[5m])');
  expect(parseExpression(evaluated).faults).toEqual([]);
});

test('a function that requires a range and has none is named', () => {
  expect(parseExpression('sum(rate(a)) > 0').rangeless).toBe('rate');
  expect(parseExpression('rate(a[5m]) + max_over_time(sum(b)[1h:]) + abs(c)').rangeless).toBeUndefined();
});

test.each([
  ['(?i:Kube)-.*', 'KUBE-system', true],
  ['(?s).*x', 'a\nx', true],
  ['\\pL+', 'käse', true],
  ['a.b', 'a\nb', true],
  ['(.*/)?kube-state-metrics', 'monitoring/kube-state-metrics', true],
  ['kube', 'kube-system', false],
  ['a|b', 'ab', false],
  ['', '', true],
  ['[[:alpha:]]+', 'abc', true],
])('%j is RE2 and matches whole values: %j', (pattern, value, matches) => {
  expect(regularExpression(pattern)?.(value)).toBe(matches);
});

test.each(['a++', '(?=a)', '[a', 'a{1001}', '(?<!a)b'])('%j is not RE2', (pattern) => {
  expect(regularExpression(pattern)).toBeUndefined();
});
