import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkExposition } from './check.ts';
import { finder, places, written } from './finder.ts';
import { readExposition } from './read.ts';

const finds = finder('text');
const findsInOpenMetrics = (sentence: string, lines: readonly string[], violations: readonly string[]) =>
  finder('openmetrics')(sentence, [...lines, '# EOF'], violations);

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

const whole = [
  ['0.5', 1],
  ['1', 1],
  ['+Inf', 3],
] as const;

describe('the lines of a histogram', () => {
  finds('agree', ['# TYPE a histogram', ...histogram('a', whole)], []);
  finds(
    'agree for each label set by itself, also when they alternate',
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
  finds(
    'have a bucket of everything',
    ['# TYPE a histogram', ...histogram('a', [['1', 2]]), ...histogram('a', whole, 'x="1"')],
    ['sample-missing 2:1'],
  );
  finds('have a count and a sum', ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1'], ['sample-missing 2:1']);
  finds(
    'have what they lack nowhere else',
    ['# TYPE a histogram', 'a_bucket{x="1",le="+Inf"} 1', 'a_sum{x="2"} 1', 'a_count{x="1"} 1'],
    ['sample-missing 2:1', 'sample-missing 3:1'],
  );
  finds(
    'count the same in the count and in the bucket of everything, whichever comes first',
    ['# TYPE a histogram', 'a_count 2', 'a_sum 1', 'a_bucket{le="+Inf"} 1', '# TYPE b histogram', ...histogram('b', whole)],
    ['count-not-of-buckets 2:1'],
  );
  finds(
    'count in each bucket what the lower ones count',
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
  finds(
    'count no NaN',
    ['# TYPE a histogram', 'a_bucket{le="1"} 1', 'a_bucket{le="2"} NaN', 'a_bucket{le="+Inf"} 1', 'a_sum 1', 'a_count 1'],
    ['buckets-not-cumulative 3:17', 'buckets-not-cumulative 4:20'],
  );
  finds(
    'rise in their bounds, which are numbers however they are written',
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
  finds(
    'are one series too often where a bucket stands twice',
    ['# TYPE a histogram', 'a_bucket{le="1"} 1', ...histogram('a', [['1', 1], ...whole.slice(2)])],
    ['duplicate-series 3:1'],
  );
  finds(
    'are not missed where a line cannot be read that may be theirs',
    ['# TYPE a histogram', 'a_bucket{le="1"} 1', 'a_bucket{le="+Inf"} one', 'a_sum 1', 'a_count 1'],
    ['bad-value 3:21'],
  );
  finds(
    'are not missed where the first of them cannot be read',
    ['# TYPE a histogram', 'a_bucket{le="+Inf"} one', 'a_sum 1', 'a_count 1'],
    ['bad-value 2:21'],
  );
  finds(
    'are not missed where the end is cut off in a line',
    ['# TYPE a histogram', 'a_bucket{le="1"} 1', 'a_bucket{le="+I', ''],
    ['truncated-line 3:16', 'no-final-newline 3:16'],
  );
  finds(
    'are not missed where the family is taken up again',
    ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'b 1', 'a_sum 1', 'a_count 1'],
    ['split-family 4:1'],
  );
});

describe('the lines of a histogram in OpenMetrics', () => {
  findsInOpenMetrics('may be buckets alone', ['# TYPE a histogram', 'a_bucket{le="1.0"} 1', 'a_bucket{le="+Inf"} 1'], []);
  findsInOpenMetrics(
    'have a sum where they have a count',
    ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'a_count 1'],
    ['sample-missing 2:1'],
  );
  findsInOpenMetrics(
    'have no sum with a negative bound',
    ['# TYPE a histogram', ...histogram('a', [['-1.0', 1], ...whole])],
    ['sum-of-negative-bounds 6:1'],
  );
  findsInOpenMetrics(
    'agree at each time',
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
  findsInOpenMetrics(
    'are _gcount and _gsum where it is a gauge, whose sum may go with negative bounds',
    ['# TYPE a gaugehistogram', 'a_bucket{le="-1.0"} 5', 'a_bucket{le="+Inf"} 4', 'a_gcount 4', 'a_gsum -1'],
    ['buckets-not-cumulative 3:20'],
  );
  findsInOpenMetrics('count whole events', ['# TYPE a histogram', 'a_bucket{le="+Inf"} 1.5'], ['value-not-of-type 2:20']);
});

describe('the lines of a summary', () => {
  finds(
    'agree',
    ['# TYPE a summary', 'a{quantile="0"} NaN', 'a{quantile="0.5"} -2', 'a{quantile="1"} 1', 'a_sum 3', 'a_count 2'],
    [],
  );
  finds('need neither a sum nor a count', ['# TYPE a summary', 'a{quantile="0.5"} 2'], []);
  finds(
    'rise in their quantiles',
    ['# TYPE a summary', 'a{quantile="0.9"} 3', 'a{quantile="0.5"} 2', 'a{quantile="0.50"} 2'],
    ['bounds-not-rising 3:2', 'bounds-not-rising 4:2'],
  );
  finds(
    'have quantiles from 0 to 1',
    ['# TYPE a summary', 'a{quantile="-0.1"} 2', 'a{quantile="1.01"} 2', 'a{quantile="NaN"} 2'],
    ['value-not-of-type 2:2', 'value-not-of-type 3:2', 'value-not-of-type 4:2'],
  );
  findsInOpenMetrics(
    'may be in any order in OpenMetrics',
    ['# TYPE a summary', 'a{quantile="0.9"} 3', 'a{quantile="0.5"} 2'],
    [],
  );
  findsInOpenMetrics('are not negative in OpenMetrics', ['# TYPE a summary', 'a{quantile="0.9"} -3'], ['value-not-of-type 2:18']);
});

test('what is missing is told with the histogram and its first line, in the order of the lines', async () => {
  const lines = ['# TYPE a histogram', 'a_bucket{x="1",le="2"} 1', 'b 1', 'b 2'];
  const result = await readExposition(written(lines), { format: 'text' });
  expect(places(result)).toEqual(['sample-missing 2:1', 'duplicate-series 4:1']);
  expect(result.violations[0]?.message).toBe('a{x="1"} has no bucket le="+Inf" and no _count and no _sum.');
});

test('a file is checked alike', () => {
  const directory = mkdtempSync(join(tmpdir(), 'metric-points-'));
  const path = join(directory, 'metrics.txt');
  writeFileSync(path, written(['# TYPE a histogram', 'a_bucket{le="+Inf"} 1', 'a_sum 1', 'a_count 2']));
  const file = openSync(path, 'r');
  try {
    expect(places(checkExposition(file, { format: 'text', most: 10 }))).toEqual(['count-not-of-buckets 4:1']);
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true });
  }
});
