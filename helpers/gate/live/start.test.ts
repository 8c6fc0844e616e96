import { lastWords, startDifference } from './start.ts';

const usage = ['Usage:', '      --logtostderr   log to standard error instead of files', '', 'Use "kube-state-metrics --help".'];

test.each([
  ['an error before its usage', ['Error: unknown flag: --x', ...usage], 'Error: unknown flag: --x'],
  ['the last of several errors', ['I1121 starting', 'E1121 a', 'E1121 b'], 'E1121 b'],
  ['a panic before its stack', ['I1121 starting', 'panic: runtime error', 'goroutine 1'], 'panic: runtime error'],
  ['the last line where none is an error', ['starting', 'ending'], 'ending'],
])('%s is what tells', (_, lines, telling) => {
  expect(lastWords(lines)[0]).toBe(telling);
});

test('a candidate that does not start is told with the words of its process, or with the state of its pod', () => {
  const crashed = startDifference('ksm:v2', { state: 'p Running, 2 restart(s)', log: ['Error: unknown flag: --x', 'Usage:'] });
  const refused = startDifference('ksm:v9', { state: 'p Pending, waiting: ErrImagePull (no such host)', log: [] });

  expect(crashed.sentence).toMatch(/does not start: p Running.*Its own words: Error: unknown flag: --x$/);
  expect(crashed.new).toEqual(['Error: unknown flag: --x\nUsage:']);
  expect(refused.sentence).toContain('ErrImagePull (no such host)');
  expect([crashed, refused].map(({ severity }) => severity)).toEqual(['reject', 'reject']);
});
