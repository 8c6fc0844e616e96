import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkExposition } from './check.ts';
import { readExposition } from './read.ts';
import { joinLines, positions, violationTest } from './testing/violations.ts';

const verify = violationTest('text');
const verifyOpenMetrics = (sentence: string, lines: readonly string[], violations: readonly string[]) =>
  violationTest('openmetrics')(sentence, [...lines, '# EOF'], violations);

/** A histogram of one label set: `[bound, count]` from the lowest up, then the sum and the count. */
function histogram(name: string, buckets: readonly (readonly [string, number])[], label = ''): readonly string[] {
  const [, count] = buckets.at(-1) ?? ['', 0];
  const labels = label && `{${label}}`;
  return [
    ...buckets.map(([le, value]) => `${name}_bucket{${label}${label && ','}le="${le}"} ${value}`),
    `${name}_sum${labels} 1.5`,
    `${name}_count${labels} ${count}`,
  ];
}

const complete = [
  ['0.5', 1],
  ['1', 1],
  ['+Inf', 3],
] as const;

describe('the lines of a histogram', () => {
  verify('are consistent', ['# TYPE a histogram', ...histogram('a', complete)], []);
  verify(
    'are consistent per label set, also if label sets alternate',
    [
      '# TYPE a histogram',
      'a_bucket{x="1",le="1"} 5',
      'a_bucket{x="2",le="1"} 1',
      'a_bucket{le="+Inf",x="1"} 5',
      'a_bucket{le="+Inf",x="2"} 2',
      'a_count{x="2"} 2',
      'a_count{x="1"} 5',
      'a_sum{x="1"} 1',
      'a_sum{x="2"} 1',
    ],
    [],
  );
  verify(
    'include the bucket le="+Inf"',
    ['# TYPE a histogram', ...histogram('a', [['1', 2]]), ...histogram('a', complete, 'x="1"')],
    ['sample-missing 2:1'],
  );
  verify('include a count and a sum', ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1'], ['sample-missing 2:1']);
  verify(
    'are per label set',
    ['# TYPE a histogram', 'a_bucket{x="1",le="+Inf"} 1', 'a_sum{x="2"} 1', 'a_count{x="1"} 1'],
    ['sample-missing 2:1', 'sample-missing 3:1'],
  );
  verify(
    'have the same value in the count and in le="+Inf", in any order',
    ['# TYPE a histogram', 'a_count 2', 'a_sum 1', 'a_bucket{le="+Inf"} 1', '# TYPE b histogram', ...histogram('b', complete)],
    ['count-not-of-buckets 2:1'],
  );
  verify(
    'have cumulative buckets',
    [
      '# TYPE a histogram',
      ...histogram('a', [
        ['1', 3],
        ['2', 2],
        ['+Inf', 4],
      ]),
    ],
    ['buckets-not-cumulative 3:17'],
  );
  verify(
    'are not NaN',
    ['# TYPE a histogram', 'a_bucket{le="1"} 1', 'a_bucket{le="2"} NaN', 'a_bucket{le="+Inf"} 1', 'a_sum 1', 'a_count 1'],
    ['buckets-not-cumulative 3:17', 'buckets-not-cumulative 4:20'],
  );
  verify(
    'have increasing bounds, compared as numbers',
    [
      '# TYPE a histogram',
      ...histogram('a', [
        ['10', 1],
        ['9', 1],
        ['9.0', 1],
        ['+Inf', 1],
      ]),
    ],
    ['bounds-not-rising 3:9', 'bounds-not-rising 4:9'],
  );
  verify(
    'have a duplicate series if a bucket occurs twice',
    ['# TYPE a histogram', 'a_bucket{le="1"} 1', ...histogram('a', [['1', 1], ...complete.slice(2)])],
    ['duplicate-series 3:1'],
  );
  verify(
    'are not reported as missing after an invalid line',
    ['# TYPE a histogram', 'a_bucket{le="1"} 1', 'a_bucket{le="+Inf"} one', 'a_sum 1', 'a_count 1'],
    ['bad-value 3:21'],
  );
  verify(
    'are not reported as missing if the first line is invalid',
    ['# TYPE a histogram', 'a_bucket{le="+Inf"} one', 'a_sum 1', 'a_count 1'],
    ['bad-value 2:21'],
  );
  verify(
    'are not reported as missing if the last line is truncated',
    ['# TYPE a histogram', 'a_bucket{le="1"} 1', 'a_bucket{le="+I', ''],
    ['truncated-line 3:16', 'no-final-newline 3:16'],
  );
  verify(
    'are not reported as missing if the family continues after another one',
    ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'b 1', 'a_sum 1', 'a_count 1'],
    ['split-family 4:1'],
  );
});

describe('the lines of a histogram in OpenMetrics', () => {
  verifyOpenMetrics('may be only buckets', ['# TYPE a histogram', 'a_bucket{le="1.0"} 1', 'a_bucket{le="+Inf"} 1'], []);
  verifyOpenMetrics(
    'include a sum if they include a count',
    ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'a_count 1'],
    ['sample-missing 2:1'],
  );
  verifyOpenMetrics(
    'have no sum with a negative bound',
    ['# TYPE a histogram', ...histogram('a', [['-1.0', 1], ...complete])],
    ['sum-of-negative-bounds 6:1'],
  );
  verifyOpenMetrics(
    'are consistent per timestamp',
    [
      '# TYPE a histogram',
      'a_bucket{le="+Inf"} 5 1',
      'a_bucket{le="+Inf"} 4 2',
      'a_count 5 1',
      'a_count 5 2',
      'a_sum 1 1',
      'a_sum 1 2',
    ],
    ['count-not-of-buckets 5:1'],
  );
  verifyOpenMetrics(
    'are _gcount and _gsum for a gauge histogram, which may have a sum with negative bounds',
    ['# TYPE a gaugehistogram', 'a_bucket{le="-1.0"} 5', 'a_bucket{le="+Inf"} 4', 'a_gcount 4', 'a_gsum -1'],
    ['buckets-not-cumulative 3:20'],
  );
  verifyOpenMetrics('are integers', ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1.5'], ['value-not-of-type 2:20']);
});

describe('the lines of a summary', () => {
  verify(
    'are consistent',
    ['# TYPE a summary', 'a{quantile="0"} NaN', 'a{quantile="0.5"} -2', 'a{quantile="1"} 1', 'a_sum 3', 'a_count 2'],
    [],
  );
  verify('need neither a sum nor a count', ['# TYPE a summary', 'a{quantile="0.5"} 2'], []);
  verify(
    'have increasing quantiles',
    ['# TYPE a summary', 'a{quantile="0.9"} 3', 'a{quantile="0.5"} 2', 'a{quantile="0.50"} 2'],
    ['bounds-not-rising 3:2', 'bounds-not-rising 4:2'],
  );
  verify(
    'have quantiles from 0 to 1',
    ['# TYPE a summary', 'a{quantile="-0.1"} 2', 'a{quantile="1.01"} 2', 'a{quantile="NaN"} 2'],
    ['value-not-of-type 2:2', 'value-not-of-type 3:2', 'value-not-of-type 4:2'],
  );
  verifyOpenMetrics('may be in any order in OpenMetrics', ['# TYPE a summary', 'a{quantile="0.9"} 3', 'a{quantile="0.5"} 2'], []);
  verifyOpenMetrics('are not negative in OpenMetrics', ['# TYPE a summary', 'a{quantile="0.9"} -3'], ['value-not-of-type 2:18']);
});

test('a missing sample is reported at the first line of the histogram, in the order of lines', async () => {
  const lines = ['# TYPE a histogram', 'a_bucket{x="1",le="2"} 1', 'b 1', 'b 2'];
  const result = await readExposition(joinLines(lines), { format: 'text' });
  expect(positions(result)).toEqual(['sample-missing 2:1', 'duplicate-series 4:1']);
  expect(result.violations[0]?.message).toBe('a{x="1"} has no bucket le="+Inf" and no _count and no _sum.');
});

test('a file has the same violations', () => {
  const directory = mkdtempSync(join(tmpdir(), 'metric-points-'));
  const path = join(directory, 'metrics.txt');
  writeFileSync(path, joinLines(['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'a_sum 1', 'a_count 2']));
  const file = openSync(path, 'r');
  try {
    expect(positions(checkExposition(file, { format: 'text', most: 10 }))).toEqual(['count-not-of-buckets 4:1']);
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true });
  }
});
