import { shelves, type Widget, widget, widgets } from '../catalogue/testing/widgets.ts';
import type { Format, Labels, Sample } from '../exposition/model.ts';
import { scanExposition } from '../exposition/read.ts';
import { SeriesDigest } from '../exposition/series-digest.ts';
import { writeValue } from '../go-number.ts';
import { ObjectStore } from '../kube/object-store.ts';
import { account, accountForScrape } from './account.ts';
import { ExpectedSamples } from './match.ts';
import { seriesKey, writeSample, writeSeries } from './series.ts';
import { exposition, OWNER, WEIGHT } from './testing/account-for.ts';

const sample = (labels: Sample['labels'], value = 1): Sample => ({ name: 'kube_x', labels, value, line: 1 });

function keyOf(labels: Labels, own: Labels = {}) {
  const digest = new SeriesDigest();
  digest.set(own, false);
  digest.setWith({ a: digest.a, b: digest.b }, own, labels);
  return { a: digest.a, b: digest.b };
}

/** What remains of expected samples, and of exposed ones, once they were matched. */
function remaining(expected: readonly Sample[], exposed: readonly Sample[]) {
  const samples = new ExpectedSamples();
  for (const [subject, { labels, value }] of expected.entries()) samples.add(keyOf(labels), value, subject);
  for (const each of exposed) if (!samples.take(keyOf(each.labels), each.value)) samples.keep(keyOf(each.labels), each);
  const { unmet, unmatched } = samples.settle();
  return {
    equal: samples.equal,
    unmet: unmet.map(({ subject, sample }) => [subject, sample?.value]),
    unmatched: unmatched.map(({ sample, duplicate }) => ({ ...sample.labels, duplicate })),
  };
}

test('a sample is matched once, by all of its labels', () => {
  const exposed = sample({ pod: 'p', node: 'n' });

  expect(remaining([sample({ pod: 'p' })], [exposed]).equal).toBe(0);
  expect(remaining([sample({ pod: 'p', node: 'n', zone: 'z' })], [exposed]).equal).toBe(0);
  expect(remaining([exposed], [exposed])).toEqual({ equal: 1, unmet: [], unmatched: [] });
  expect(remaining([exposed, exposed], [exposed])).toEqual({ equal: 1, unmet: [[1, undefined]], unmatched: [] });
});

test('the samples of an object can be matched in any order, and any number of them', () => {
  const samples = Array.from({ length: 1000 }, (_, state) => sample({ pod: 'p', state: String(state) }, state));

  expect(remaining(samples, samples.toReversed())).toEqual({ equal: 1000, unmet: [], unmatched: [] });
});

test('of two samples of a series the one with the expected value is matched, and the other is a duplicate', () => {
  const exposed = [sample({ pod: 'p' }, 1), sample({ pod: 'p' }, 2), sample({ pod: 'q' })];

  expect(remaining([sample({ pod: 'p' }, 2)], exposed)).toEqual({
    equal: 1,
    unmet: [],
    unmatched: [
      { pod: 'p', duplicate: true },
      { pod: 'q', duplicate: false },
    ],
  });
});

test('a sample with another value than the expected one is a pair with it', () => {
  expect(remaining([sample({ pod: 'p' }, 2), sample({ pod: 'q' })], [sample({ pod: 'p' }, 1)])).toEqual({
    equal: 0,
    unmet: [
      [0, 1],
      [1, undefined],
    ],
    unmatched: [],
  });
});

test('the samples of an object are numbered, so that they can be derived again', () => {
  const samples = new ExpectedSamples();
  for (const [subject, labels] of [
    [7, { state: 'a' }],
    [7, { state: 'b' }],
    [8, { state: 'c' }],
  ] as const)
    samples.add(keyOf(labels), 1, subject);
  samples.take(keyOf({ state: 'a' }), 1);

  expect(samples.settle().unmet).toEqual([
    { subject: 7, position: 1, sample: undefined },
    { subject: 8, position: 0, sample: undefined },
  ]);
});

test('a label of the sample takes precedence over one of the object', () => {
  expect(keyOf({ pod: 'another' }, { pod: 'p', node: 'n' })).toEqual(keyOf({ node: 'n', pod: 'another' }));
});

test('the digest of labels is that of their line, whatever the order, escapes and format', async () => {
  const labels = { a: 'plain', path: 'C:\\x "quoted"\nline', é: 'not a label name', long: 'ü'.repeat(3000), empty: '' };
  const { é: _, ...valid } = labels;
  const text = `${writeSeries('kube_x', valid)} 1\n`;
  const reversed = `${writeSeries('kube_x', Object.fromEntries(Object.entries(valid).reverse()))} 1\n`;

  expect(await keysIn(`${text}${reversed}`, 'text')).toEqual([keyOf(valid), keyOf(valid)]);
  expect(await keysIn('kube_x{a="\\d"} 1\n# EOF\n', 'openmetrics')).toEqual([keyOf({ a: '\\d' })]);
  expect(keyOf(labels)).not.toEqual(keyOf(valid));
});

test('the digests of the label sets of a cluster differ, in both halves', () => {
  const [first, second, both] = [new Set<number>(), new Set<number>(), new Set<string>()];
  const digest = new SeriesDigest();
  const count = 30_000;
  for (let pod = 0; pod < count; pod++) {
    digest.set({ namespace: `team-${pod % 10}`, pod: `app-${pod}`, uid: `00000000-0000-4000-8000-${pod}` }, false);
    first.add(digest.a);
    second.add(digest.b);
    both.add(`${digest.a} ${digest.b}`);
  }
  // Of 30,000 random numbers of 32 bits hardly one occurs twice; each half must be about as good.
  expect(count - first.size).toBeLessThan(5);
  expect(count - second.size).toBeLessThan(5);
  expect(both.size).toBe(count);
});

async function keysIn(text: string, format: Format): Promise<readonly { a: number; b: number }[]> {
  const keys: { a: number; b: number }[] = [];
  const sampled = ({ a, b }: SeriesDigest) => void keys.push({ a, b });
  await scanExposition(text, { format, visitor: { family: () => undefined, sample: sampled } });
  return keys;
}

test('the key does not depend on the order of labels', () => {
  expect(seriesKey({ a: '1', b: '2' })).toBe(seriesKey({ b: '2', a: '1' }));
});

test('the key separates values', () => {
  expect(seriesKey({ a: '1', b: '12:3' })).not.toBe(seriesKey({ a: '11:2', b: '3' }));
  expect(seriesKey({ a: '1' })).not.toBe(seriesKey({ b: '1' }));
  expect(seriesKey({ a: '' })).not.toBe(seriesKey({}));
});

test('a sample is written in the text format', () => {
  expect(writeSample('kube_pod_info', { pod: 'a"b\\c\nd' }, 1)).toBe('kube_pod_info{pod="a\\"b\\\\c\\nd"} 1');
  expect(writeSample('up', {}, 0)).toBe('up 0');
});

test.each([
  [1714557600, '1.7145576e+09'],
  [1000000, '1e+06'],
  [999999, '999999'],
  [0.1, '0.1'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [-2, '-2'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('%d is written %s, as in Go', (value, written) => {
  expect(writeValue(value)).toBe(written);
});

test('a scrape that is compared while it is read, with packed objects, has the same differences as one in memory', async () => {
  const colours = ['red', 'blue'];
  const names = Array.from({ length: 700 }, (_, index) => `w${index}`);
  const objects = names.map((name) => widget(name, { spec: { weight: 4, colours } }));
  const after = objects.map((object, index) => (index === 690 ? widget('w690', { resourceVersion: '2' }) : object));
  const samplesOf = (name: string) => [WEIGHT, OWNER].map((line) => line.replace('"w"', `"${name}"`));
  const coloursOf = (name: string) =>
    colours.map((colour) => `kube_widget_colour{namespace="a",widget="${name}",colour="${colour}"} 1`);
  const [weights, owners] = [0, 1].map((index) => names.map((name) => samplesOf(name)[index] as string));
  const changed = [
    // Missing, unequal, unexplained with and without an object, duplicate, and of an unknown family.
    ...(weights ?? []).filter((_, index) => index !== 600).map((line, index) => (index === 42 ? line.replace(/4$/, '5') : line)),
    (weights ?? [])[3],
    'kube_widget_weight{namespace="a",widget="nobody"} 4',
    ...(owners ?? []),
    ...names.flatMap(coloursOf).filter((_, index) => index !== 1001),
    'kube_widget_colour{namespace="a",widget="w5",colour="green"} 1',
    'another{a="b"} 1',
  ];
  const families = ['weight', 'owner', 'colour'].map(
    (name) => [`# TYPE kube_widget_${name} gauge`, `kube_widget_${name}{`] as const,
  );
  const text = [
    ...families.flatMap(([type, start]) => [type, ...changed.filter((line) => line?.startsWith(start))]),
    changed.at(-1),
  ];

  const request = { objects, after, exporter: 'v2.5.0', tables: [widgets, shelves] };
  const inMemory = account({ ...request, exposition: exposition(text.join('\n')) });
  const packed = (list: readonly Widget[]) => {
    const store = new ObjectStore();
    for (const object of list) store.add(object);
    return store;
  };
  const { accounting } = await accountForScrape(
    { ...request, objects: packed(objects), after: packed(after) },
    { format: 'text', source: `${text.join('\n')}\n` },
  );

  expect(accounting).toEqual(inMemory);
  expect(accounting).toMatchObject({ samples: 2802, compared: 699, unsettledObjects: ['Widget a/w690'] });
  expect(accounting.missing).toEqual([
    'kube_widget_weight{namespace="a",widget="w600"} 4',
    'kube_widget_colour{namespace="a",widget="w500",colour="blue"} 1',
  ]);
  expect(accounting.unequal).toEqual(['kube_widget_weight{namespace="a",widget="w42"} 5']);
  expect(accounting.unexplained).toHaveLength(4);
});
