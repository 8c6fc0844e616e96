import { readFileSync } from 'node:fs';
import { packageDirectory } from '../source.ts';
import { requiredRatio, Targets } from './benchmark.ts';
import { readExposition } from './read.ts';
import { positions } from './testing/violations.ts';

const text = { format: 'text' } as const;
const openMetrics = { format: 'openmetrics' } as const;

async function* inChunks(whole: string, length: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(whole);
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

describe('reading a scrape', () => {
  const scrape = [
    '# HELP kube_pod_info What is known of a pod.\\n Back\\\\slash.',
    '# TYPE kube_pod_info gauge',
    'kube_pod_info{namespace="a",pod="ä €",note="say \\"hi\\"\\n\\\\o/"} 1',
    'kube_pod_info{namespace="a",pod="two",note=""} -1.5e+09 1700000000000',
    'up NaN',
    '',
  ].join('\n');

  test('returns names, types, help, labels and values, unescaped', async () => {
    const { exposition, violations } = await readExposition(scrape, text);
    expect(violations).toEqual([]);
    expect(exposition.bytes).toBe(Buffer.byteLength(scrape));
    expect(exposition.samples).toBe(3);
    expect([...exposition.families.keys()]).toEqual(['kube_pod_info', 'up']);
    const family = exposition.families.get('kube_pod_info');
    expect(family?.type).toBe('gauge');
    expect(family?.help).toBe('What is known of a pod.\n Back\\slash.');
    expect(family?.samples).toEqual([
      { name: 'kube_pod_info', labels: { namespace: 'a', pod: 'ä €', note: 'say "hi"\n\\o/' }, value: 1, line: 3 },
      { name: 'kube_pod_info', labels: { namespace: 'a', pod: 'two', note: '' }, value: -1.5e9, line: 4 },
    ]);
    expect(exposition.families.get('up')?.type).toBeUndefined();
    expect(exposition.families.get('up')?.samples[0]?.value).toBeNaN();
  });

  test('returns the same result for chunks of any size', async () => {
    const whole = await readExposition(scrape, text);
    for (const length of [1, 2, 3, 7, 64]) {
      const result = await readExposition(inChunks(scrape, length), text);
      expect(result).toEqual(whole);
    }
  });

  test('accepts blanks where the text format allows them', async () => {
    const { exposition, violations } = await readExposition(
      ' \t\n  a { x = "1" , y="2", }  3  4 \n# a comment\n#TYPEFACE\n',
      text,
    );
    expect(violations).toEqual([]);
    expect(exposition.families.get('a')?.samples).toEqual([{ name: 'a', labels: { x: '1', y: '2' }, value: 3, line: 2 }]);
  });

  test('parses all notations of numbers', async () => {
    const written = [
      '0',
      '-0',
      '+7',
      '1.',
      '.5',
      '1e3',
      '1.25E-2',
      '123456789012345678',
      '0.1',
      '5e-324',
      '1.7976931348623157e308',
    ];
    const lines = [...written, '+Inf', '-inf', 'Infinity'].map((number, index) => `n${index} ${number}\n`).join('');
    const { exposition, violations } = await readExposition(lines, text);
    expect(violations).toEqual([]);
    const values = [...exposition.families.values()].map((family) => family.samples[0]?.value);
    expect(values).toEqual([...written.map(Number), Infinity, -Infinity, Infinity]);
  });

  test('accepts labels with the names of properties of all objects', async () => {
    const { exposition } = await readExposition('a{__proto__="x",constructor="y"} 1\nb 1\n', text);
    const labels = exposition.families.get('a')?.samples[0]?.labels ?? {};
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(exposition.families.get('b')?.samples[0]?.labels.constructor).toBeUndefined();
  });

  test('does not use the names of an invalid line for the next one', async () => {
    const lines = ['a{x="1"} 1', 'b{y="1"} no', 'b{y="2"} 2', 'a{x="1" 3', 'b{y="3"} 4', ''];
    const { exposition } = await readExposition(lines.join('\n'), text);
    expect(exposition.families.get('a')?.samples).toEqual([{ name: 'a', labels: { x: '1' }, value: 1, line: 1 }]);
    expect(exposition.families.get('b')?.samples).toEqual([
      { name: 'b', labels: { y: '2' }, value: 2, line: 3 },
      { name: 'b', labels: { y: '3' }, value: 4, line: 5 },
    ]);
  });

  test('reads histograms and summaries as one family each', async () => {
    const { exposition, violations } = await readExposition(
      [
        '# TYPE wait histogram',
        'wait_bucket{le="1"} 2',
        'wait_bucket{le="+Inf"} 3',
        'wait_sum 4',
        'wait_count 3',
        '# TYPE size summary',
        'size{quantile="0.5"} 1',
        'size_sum 2',
        'size_count 2',
        '',
      ].join('\n'),
      text,
    );
    expect(violations).toEqual([]);
    const families = [...exposition.families.values()].map(({ name, type, samples }) => [name, type, samples.length]);
    expect(families).toEqual([
      ['wait', 'histogram', 4],
      ['size', 'summary', 3],
    ]);
  });

  test('counts timestamps, with the line of the first one', async () => {
    const withSome = await readExposition('a 1\na{b="c"} 1 1577836800000\nd 1 1577836800000\n', { format: 'text' });
    const withNone = await readExposition('a 1\n', { format: 'text' });

    expect(withSome.exposition.timestamps).toEqual({ count: 2, firstLine: 2 });
    expect(withNone.exposition.timestamps).toEqual({ count: 0 });
  });

  test('reads OpenMetrics with its own types, units, exemplars and timestamps', async () => {
    const { exposition, violations } = await readExposition(
      [
        '# TYPE requests_seconds counter',
        '# UNIT requests_seconds seconds',
        '# HELP requests_seconds ',
        'requests_seconds_total{code="200"} 3 1700000000.5 # {trace="a"} 0.5 1700000000',
        'requests_seconds_created{code="200"} 1600000000',
        '# TYPE build info',
        'build_info{version="1"} 1',
        '# TYPE phase stateset',
        'phase{phase="on"} 1',
        '# TYPE queue gaugehistogram',
        'queue_bucket{le="+Inf"} 1 # {} 1',
        'queue_gsum -1',
        'queue_gcount 1',
        'plain 1',
        '# EOF',
        '',
      ].join('\n'),
      openMetrics,
    );
    expect(violations).toEqual([]);
    const families = [...exposition.families.values()].map(({ name, type, samples }) => [name, type, samples.length]);
    expect(families).toEqual([
      ['requests_seconds', 'counter', 2],
      ['build', 'info', 1],
      ['phase', 'stateset', 1],
      ['queue', 'gaugehistogram', 3],
      ['plain', undefined, 1],
    ]);
  });
});

test('an invalid UTF-8 byte is a violation, and the other lines are read', async () => {
  const bytes = Buffer.concat([Buffer.from('a 1\nb{x="ä'), Buffer.of(0xff), Buffer.from('"} 1\nc 1\n')]);
  const result = await readExposition(bytes, text);
  expect(positions(result)).toEqual(['invalid-utf-8 2:8']);
  expect([...result.exposition.families.keys()]).toEqual(['a', 'c']);
});

test('a line of more than 4 MiB is a violation, and the next line is read', async () => {
  const result = await readExposition(`a{x="${'y'.repeat(9_000_000)}"} 1\nb 1\n`, text);
  expect(positions(result)).toEqual(['line-too-long 1:4194305']);
  expect([...result.exposition.families.keys()]).toEqual(['b']);
});

test('a long line is read', async () => {
  const result = await readExposition(`a{x="${'y'.repeat(3_000_000)}"} 1\nb 1\n`, text);
  expect(positions(result)).toEqual([]);
  expect(result.exposition.families.get('a')?.samples[0]?.labels.x).toHaveLength(3_000_000);
});

test('the first 10,000 violations are kept, and all are counted', async () => {
  const result = await readExposition('?\n'.repeat(20_000), text);
  expect(result.violations).toHaveLength(10_000);
  expect(result.violationCount).toBe(20_000);
});

describe('for label values of any length', () => {
  const lengths = Array.from({ length: 20 }, (_, length) => length);
  const prefixes = lengths.flatMap((length) =>
    lengths.slice(0, length).map((place) => 'abcdefghijklmnopqrstuvwxyz'.slice(0, place)),
  );

  test('the value ends at the quote', async () => {
    const { exposition } = await readExposition(lengths.map((length) => `a{x="${'y'.repeat(length)}",z="1"} 1\n`).join(''), text);
    expect(exposition.families.get('a')?.samples.map(({ labels }) => labels.x?.length)).toEqual(lengths);
  });

  test('an escape at any place is unescaped', async () => {
    const lines = prefixes.map((before, index) => `a{x="${before}\\n${index}"} 1\n`).join('');
    const { exposition, violations } = await readExposition(lines, text);
    expect(violations).toEqual([]);
    const values = exposition.families.get('a')?.samples.map(({ labels }) => labels.x);
    expect(values).toEqual(prefixes.map((before, index) => `${before}\n${index}`));
  });

  test('one different byte at any place is another series, and the same bytes are a duplicate', async () => {
    const values = prefixes.map((before, index) => `${before}${String.fromCharCode(0x100 + index)}`);
    const lines = values.map((value) => `a{x="${value}"} 1\n`).join('');
    expect((await readExposition(lines, text)).violationCount).toBe(0);
    expect((await readExposition(lines + lines, text)).violationCount).toBe(values.length);
  });
});

test('the benchmark requires the ratios of the results, and a page without one is an error', () => {
  const results = readFileSync(new URL('docs/results.md', packageDirectory), 'utf8');

  for (const name of ['parse-prometheus-text-format', 'promtool check metrics'])
    expect(requiredRatio(results, name)).toBeGreaterThan(1);
  expect(requiredRatio('| 100 MB against x | 20 × | ≥ 12.5 × |', 'against x')).toBe(12.5);
  expect(() => requiredRatio('| 100 MB against x | 20 × | a lot |', 'against x')).toThrow('ends with the required ratio');
});

test('the benchmark fails with a sentence for each requirement that it missed, also where nothing was measured', () => {
  const targets = new Targets();
  const times = (ratio: number) => `${ratio} ×`;

  expect(targets.judge('throughput', 18, ['least', 18], times)).toBe('  throughput: 18 ×, at least 18 ×: met');
  expect(targets.judge('memory', 101, ['most', 100], (size) => `${size} MB`)).toBe('  memory: 101 MB, at most 100 MB: missed');
  targets.judge('throughput', 17.9, ['least', 18], times);
  for (const nothing of [Number.NaN, undefined]) targets.judge('speed', nothing, ['least', 8], times);
  expect(targets.missed).toEqual([
    'memory: expected at most 100 MB, measured 101 MB.',
    'throughput: expected at least 18 ×, measured 17.9 ×.',
    'speed: expected at least 8 ×, measured nothing.',
    'speed: expected at least 8 ×, measured nothing.',
  ]);
});
