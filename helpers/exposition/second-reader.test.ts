import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { readExposition } from './read.ts';
import { compareReaders, compareReadersByPart } from './second-reader.ts';
import { joinLines } from './testing/violations.ts';

async function compare(lines: readonly string[]) {
  const text = joinLines(lines);
  const { exposition, violations } = await readExposition(text, { format: 'text' });
  expect(violations).toEqual([]);
  return compareReaders(text, exposition);
}

describe('the second reader', () => {
  test('agrees on names, types, labels, values and escapes', async () => {
    const comparison = await compare([
      '# HELP kube_pod_info What is known.',
      '# TYPE kube_pod_info gauge',
      'kube_pod_info{namespace="a",note="\\"\\n\\\\ ä"} 1',
      'kube_pod_info{namespace="b",note=""} NaN',
      '# TYPE restarts_total counter',
      'restarts_total 1.5e+09 1700000000000',
      '# HELP empty No sample.',
      '# TYPE empty gauge',
      'untyped{} -Inf',
      '# EOF',
    ]);
    expect(comparison).toEqual({ agreed: 4, disagreements: [], excused: [] });
  });

  test('agrees on a histogram and a summary without labels', async () => {
    const comparison = await compare([
      '# TYPE wait histogram',
      'wait_bucket{le="1"} 0',
      'wait_bucket{le="+Inf"} 2',
      'wait_sum 3',
      'wait_count 2',
      '# TYPE size summary',
      'size{quantile="0.5"} 1',
      'size_sum 2',
      'size_count 2',
    ]);
    expect(comparison).toEqual({ agreed: 2, disagreements: [], excused: [] });
  });

  const lines = ['# TYPE a gauge', 'a{x="1"} 1', 'a{x="2"} 2', '# TYPE wait histogram', 'wait_bucket{le="1"} 0', 'wait_sum 3'];

  test.each([
    ['a value', 'a{x="2"} 2', 'a{x="2"} 3', 'a: the second reader differs in the sample of line 3.'],
    ['a label', 'a{x="2"} 2', 'a{y="2"} 2', 'a: the second reader differs in the sample of line 3.'],
    ['a type', '# TYPE a gauge', '# TYPE a counter', 'a: its type is GAUGE, but COUNTER for the second reader.'],
    ['a sample', 'a{x="2"} 2', '# gone', 'a: it has 2 samples, but 1 for the second reader.'],
    ['a bucket', 'wait_bucket{le="1"} 0', 'wait_bucket{le="2"} 0', 'wait: the second reader differs in the sample of line 5.'],
    ['a family', 'wait_sum 3', 'b 1', 'wait: the second reader differs in the sample of line 6.'],
  ])('disagrees on %s', async (_, line, replacement, message) => {
    const { exposition } = await readExposition(joinLines(lines), { format: 'text' });
    const { disagreements, excused } = compareReaders(
      joinLines(lines.map((text) => (text === line ? replacement : text))),
      exposition,
    );
    expect(disagreements[0]?.message).toBe(message);
    expect(excused).toEqual([]);
  });

  test('disagrees if it cannot read the exposition for an unknown reason', async () => {
    const { exposition } = await readExposition(joinLines(lines), { format: 'text' });
    const { disagreements } = compareReaders('a{x=1} 1\n', exposition);
    expect(disagreements).toEqual([
      { family: undefined, message: 'The second reader cannot read it: Encountered invalid line: a{x=1} 1' },
    ]);
  });
});

describe('a known bug of the second reader is excused', () => {
  test('a blank after the comma between labels: it throws', async () => {
    expect(() => parsePrometheusTextFormat('a{x="1", y="2"} 1\n')).toThrow('invalid line');
    expect(await compare(['a{x="1", y="2"} 1'])).toMatchObject({ disagreements: [], excused: [{ bug: 'blank-after-comma' }] });
  });

  test('HELP without a text: it throws', async () => {
    expect(() => parsePrometheusTextFormat('# HELP a \na 1\n')).toThrow('invalid line');
    expect(await compare(['# HELP a ', 'a 1'])).toMatchObject({ disagreements: [], excused: [{ bug: 'empty-help' }] });
  });

  test('a comment without a blank after the hash: it reads a sample', async () => {
    expect(parsePrometheusTextFormat('#note 1\n')).toMatchObject([{ name: '#note', metrics: [{ value: '1' }] }]);
    expect(await compare(['a 1', '#note 1'])).toMatchObject({
      agreed: 1,
      disagreements: [],
      excused: [{ family: '#note', bug: 'comment-without-blank' }],
    });
  });

  test('a histogram with two label sets: it keeps one, without its labels, sum and count', async () => {
    const samplesOf = (path: string, count: number) => [
      `wait_bucket{path="${path}",le="+Inf"} ${count}`,
      `wait_sum{path="${path}"} ${count}`,
      `wait_count{path="${path}"} ${count}`,
    ];
    const histogram = ['# TYPE wait histogram', ...samplesOf('/a', 1), ...samplesOf('/b', 2)];
    expect(parsePrometheusTextFormat(joinLines(histogram))[0]?.metrics).toEqual([{ buckets: { '+Inf': '2' } }]);
    expect(await compare(histogram)).toMatchObject({
      disagreements: [],
      excused: [{ family: 'wait', bug: 'label-sets-of-histogram' }],
    });
  });
});

describe('invalid text that the second reader accepts', () => {
  const family = (text: string) => parsePrometheusTextFormat(text).at(-1);
  const rules = async (text: string, format: 'text' | 'openmetrics' = 'text') =>
    (await readExposition(text, { format })).violations.map(({ rule }) => rule);

  test('without a final line feed it loses the last sample of a family', async () => {
    expect(family('a 1\na{x="1"} 2')?.metrics).toEqual([{ value: '1' }]);
    expect(await rules('a 1\na{x="1"} 2')).toEqual(['no-final-newline']);
  });

  test('without a final line feed it loses the last family', async () => {
    expect(parsePrometheusTextFormat('a 1\nb 1').map(({ name }) => name)).toEqual(['a']);
    expect(await rules('a 1\nb 1')).toEqual(['no-final-newline']);
  });

  test('of adjacent duplicates it keeps the last', async () => {
    expect(family('a 1\na 2\n')?.metrics).toEqual([{ value: '2' }]);
    expect(await rules('a 1\na 2\n')).toEqual(['duplicate-series']);
  });

  test('it reads an exemplar as a timestamp', async () => {
    expect(family('a_total 1 # {x="1"} 2\n')?.metrics).toEqual([{ value: '1', timestamp_ms: '#{x="1"}2' }]);
    expect(await rules('a_total 1 # {x="1"} 2\n')).toEqual(['exemplar-not-allowed']);
  });

  test.each([
    ['a truncated line', 'a{x="1\n', 'truncated-line'],
    ['a missing value', 'a{x="1"}\n', 'missing-value'],
    ['a value that is not a number', 'a one\n', 'bad-value'],
    ['an HTML page', '<html>\n', 'html-page'],
    ['an unknown type', '# TYPE a gorge\n', 'unknown-type'],
  ])('it accepts %s', async (_, text, rule) => {
    expect(parsePrometheusTextFormat(text)).toHaveLength(1);
    expect(await rules(text)).toEqual([rule]);
  });

  test('it accepts a histogram with inconsistent counts, and one without buckets', async () => {
    const [broken, empty] = parsePrometheusTextFormat(
      '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 2\na_sum 1\n# TYPE b histogram\nb_count 2\nb_sum 1\n',
    );
    expect(broken?.metrics).toEqual([{ buckets: { '+Inf': '1' }, count: '2', sum: '1' }]);
    expect(empty?.metrics).toEqual([{ count: '2', sum: '1' }]);
    expect(await rules('# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 2\na_sum 1\n')).toEqual(['count-not-of-buckets']);
    expect(await rules('# TYPE b histogram\nb_count 2\nb_sum 1\n')).toEqual(['sample-missing']);
  });

  test('it accepts samples after # EOF', async () => {
    expect(family('# EOF\na 1\n')?.metrics).toEqual([{ value: '1' }]);
    expect(await rules('# EOF\na 1\n', 'openmetrics')).toEqual(['eof-not-last']);
  });
});

/** A text as it arrives, in pieces that end anywhere, also within a character. */
async function* pieces(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += 37) yield bytes.subarray(at, at + 37);
}

test.each([1, 50, 300, 10_000])('an exposition that is compared in parts of %d bytes is the same', async (partBytes) => {
  const family = (name: string, samples: number) =>
    `# HELP ${name} About ${name}.\n# TYPE ${name} gauge\n${Array.from({ length: samples }, (_, pod) => `${name}{pod="ü ${pod}"} ${pod}\n`).join('')}`;
  const text = [family('kube_a', 20), family('kube_empty', 0), family('kube_b', 1), family('kube_c', 7), 'up 1\n'].join('');

  const compared = await compareReadersByPart(pieces(text), partBytes);
  expect(compared).toEqual({ agreed: 5, disagreements: [], excused: [] });
  const unreadable = pieces(`${text}a{b="1", c="2"} 1\n${family('kube_d', 2)}`);
  expect((await compareReadersByPart(unreadable, partBytes)).excused).toMatchObject([{ bug: 'blank-after-comma' }]);
});
