import { forJob, parseExpression } from './expression.ts';

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

test('every selector is restricted to one scrape job', () => {
  const restricted = forJob('a{b="c"} / on (d) sum(rate(e[5m])) unless {__name__=~"f.+"} or g{}', 'new');

  expect(restricted).toBe(
    'a{job="new",b="c"} / on (d) sum(rate(e{job="new"}[5m])) unless {job="new",__name__=~"f.+"} or g{job="new"}',
  );
  expect(parseExpression(restricted).faults).toEqual([]);
});
