import { gauge, type ResourceTable } from '../../catalogue/table.ts';
import type { Format } from '../../exposition/model.ts';
import { PackedSamples } from '../../exposition/packed-samples.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { surfaceOfScrape } from '../../prometheus/rules/surface.ts';
import type { GateDifference } from '../difference.ts';
import { type GatedSurface, gateScrapes } from './gate-surface.ts';
import { changedSeries } from './series.ts';

const boat = (name: string, resourceVersion = '1'): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Boat',
  metadata: { name, resourceVersion },
});

/** A table with a family removed in 2.14, a label value changed in 2.8 and a label added in 2.17. */
const boats: ResourceTable = {
  resource: 'boats',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'Boat' }),
  labels: ({ metadata }) => ({ boat: metadata.name }),
  families: [
    gauge('kube_boat_info', { stability: 'STABLE' }, (_, { since }) => [
      { labels: since('2.17') ? { flag: 'red' } : {}, value: 1 },
    ]),
    gauge('kube_boat_crew', { stability: 'STABLE', until: '2.14' }, () => [{ labels: {}, value: 3 }]),
    gauge('kube_boat_captain', { stability: 'ALPHA' }, (_, { since }) => [
      { labels: { captain: since('2.8') ? '' : '<none>' }, value: 1 },
    ]),
    gauge('kube_boat_oars', { stability: 'ALPHA' }, (_, { since }) =>
      ['2.0', ...['2.9', '2.14'].filter(since)].map((oar) => ({ labels: { oar }, value: 1 })),
    ),
    gauge('kube_boat_state', { stability: 'ALPHA' }, (_, { since }) =>
      since('2.20') ? [] : [{ labels: { state: 'sunk' }, value: 0 }],
    ),
  ],
};

const old = `# TYPE kube_boat_info gauge
kube_boat_info{boat="a"} 1
# TYPE kube_boat_crew gauge
kube_boat_crew{boat="a"} 3
# TYPE kube_boat_captain gauge
kube_boat_captain{boat="a",captain="<none>"} 1
# TYPE kube_boat_state gauge
kube_boat_state{boat="a",state="sunk"} 0
`;

const now = `# TYPE kube_boat_info gauge
kube_boat_info{boat="a",flag="red"} 1
# TYPE kube_boat_captain gauge
kube_boat_captain{boat="a",captain=""} 1
# TYPE kube_boat_state gauge
`;

async function gate(
  before: string,
  after: string,
  versions: { from?: string; to?: string; changed?: boolean; format?: Format } = {},
): Promise<GatedSurface> {
  const { from = 'v2.5.0', to = 'v2.20.0', changed = false, format = 'text' } = versions;
  const side = async (text: string, exporter: string) => ({
    surface: await surfaceOfScrape(text, format),
    scraped: { format, source: text },
    exporter,
    options: {},
  });
  return gateScrapes({
    old: await side(before, from),
    new: await side(after, to),
    objects: [boat('a')],
    after: [boat('a', changed ? '2' : '1')],
    kubernetes: 'v1.34.1',
    tables: [boats],
  });
}

const summary = ({ id, severity, origin, since }: GateDifference) => [id, severity, origin, since ?? ''].join(' ');

test('documented changes name their release, and the removal of a stable family rejects', async () => {
  const { differences } = await gate(old, now);

  expect(differences.map(summary)).toEqual([
    'surface/label-new/kube_boat_info/flag note documented 2.17',
    'surface/label-value/kube_boat_captain/captain note documented 2.8',
    'surface/family-silent/kube_boat_state note documented 2.20',
    'surface/family-gone/kube_boat_crew reject documented 2.14',
  ]);
  expect(differences[3]).toMatchObject({
    sentence: 'kube_boat_crew is gone (1 series). Removed in 2.14.',
    old: ['kube_boat_crew{boat="a"} 3'],
    new: [],
  });
  expect(differences[1]?.sentence).toBe('kube_boat_captain has captain="" instead of "<none>" (1 series). Since 2.8.');
});

test('a change that a later release extended names both releases', async () => {
  const oars = (...each: string[]) => each.map((oar) => `kube_boat_oars{boat="a",oar="${oar}"} 1\n`).join('');
  const { differences } = await gate(oars('2.0'), oars('2.0', '2.9', '2.14'));
  const more = differences.find(({ id }) => id === 'surface/series-new/kube_boat_oars');

  expect(more).toMatchObject({ origin: 'documented', since: '2.9' });
  expect(more?.sentence).toMatch(/Since 2\.9, changed again in 2\.14\.$/);
});

test('a release compared with itself has no differences', async () => {
  expect((await gate(old, old, { to: 'v2.5.0' })).differences).toEqual([]);
});

test('a value that the catalogue does not explain is a surprise and rejects', async () => {
  const { differences } = await gate(old, old.replace('kube_boat_crew{boat="a"} 3', 'kube_boat_crew{boat="a"} 4'), {
    to: 'v2.5.1',
  });

  expect(differences.map(summary)).toEqual(['surface/value/kube_boat_crew reject surprise ']);
  expect(differences[0]).toMatchObject({ old: ['kube_boat_crew{boat="a"} 3'], new: ['kube_boat_crew{boat="a"} 4'] });
});

test('a documented change that affects more than documented is a surprise', async () => {
  const { differences } = await gate(old, now.replace('captain=""', 'captain="Ahab"'));

  expect(differences.map(summary)).toContain('surface/label-value/kube_boat_captain/captain reject surprise ');
});

test('an object that changed during the scrapes is not compared', async () => {
  const shaky = old.replace('kube_boat_crew{boat="a"} 3', 'kube_boat_crew{boat="a"} 4');

  expect((await gate(old, shaky, { to: 'v2.5.1', changed: true })).differences).toEqual([]);
});

test('a family with another name and the same series is reported as renamed', async () => {
  const { differences } = await gate(old, old.replaceAll('kube_boat_crew', 'kube_ship_crew'), { to: 'v2.5.1' });

  expect(differences.map(summary)).toEqual(['surface/family-renamed/kube_boat_crew reject surprise ']);
  expect(differences[0]).toMatchObject({
    sentence: 'kube_boat_crew is now called kube_ship_crew. The catalogue does not explain it.',
    new: ['kube_ship_crew{boat="a"} 3'],
  });
});

test('another type is a surprise, and stability is compared only when both sides mark it', async () => {
  const marked = (mark: string) => `# HELP kube_boat_info ${mark}A boat.\n${old}`;
  const typed = await gate(old, old.replace('kube_boat_crew gauge', 'kube_boat_crew counter'), { to: 'v2.5.1' });

  expect(typed.differences.map(summary)).toEqual(['surface/type/kube_boat_crew reject surprise ']);
  expect((await gate(old, marked('[STABLE] '), { to: 'v2.5.1' })).differences).toEqual([]);
  expect((await gate(marked('[STABLE] '), marked('[BETA] '), { to: 'v2.5.1' })).differences.map(summary)).toEqual([
    'surface/stability/kube_boat_info note documented ',
  ]);
});

/** A custom resource's family: the catalogue knows none of them. */
const custom = (type: string, format: Format) =>
  `# TYPE kube_customresource_raft ${type}\nkube_customresource_raft{raft="a"} 1\n${format === 'text' ? '' : '# EOF\n'}`;

test.each([
  ['text', 'v2.16.0', 'info', 'v2.17.0', 'gauge', 'note documented 2.17'],
  ['text', 'v2.16.0', 'stateset', 'v2.20.0', 'gauge', 'note documented 2.17'],
  ['text', 'v2.17.0', 'gauge', 'v2.16.0', 'info', 'note documented '],
  // A process of 2.18 that was scraped in the text format before.
  ['openmetrics', 'v2.18.0', 'gauge', 'v2.19.0', 'stateset', 'note documented '],
  ['openmetrics', 'v2.16.0', 'stateset', 'v2.18.0', 'gauge', 'note documented '],
  ['openmetrics', 'v2.19.0', 'gauge', 'v2.20.0', 'stateset', 'reject surprise '],
  ['text', 'v2.18.0', 'gauge', 'v2.19.0', 'info', 'reject surprise '],
  ['text', 'v2.16.0', 'info', 'v2.17.0', 'counter', 'reject surprise '],
] as const)('case %#: in %s, %s declares %s and %s %s', async (format, from, before, to, after, expected) => {
  const { differences } = await gate(custom(before, format), custom(after, format), { from, to, format });

  expect(differences.map(summary)).toEqual([
    `${format === 'text' ? 'surface' : 'openmetrics'}/type/kube_customresource_raft ${expected}`,
  ]);
});

test('a label that only some series of a family had is reported when it is gone', async () => {
  const two = `${old}kube_boat_state{boat="a",state="afloat",sea="north"} 1\n`;
  const { differences } = await gate(two, two.replace(',sea="north"', ''), { to: 'v2.5.1' });

  expect(differences.map(summary)).toEqual(['surface/label-gone/kube_boat_state/sea reject surprise ']);
});

describe('series of both sides are paired', () => {
  const samples = (...each: readonly [Record<string, string>, number][]) =>
    PackedSamples.of(each.map(([labels, value]) => ({ labels, value })));
  const values = (list: Iterable<{ readonly value: number }>) => Array.from(list, ({ value }) => value);

  test('by all labels, and of repeated series those of the same value', () => {
    const changes = changedSeries(
      samples([{ pod: 'a' }, 1], [{ pod: 'a' }, 2], [{ pod: 'b' }, 3], [{ pod: 'c' }, 4]),
      samples([{ pod: 'd' }, 6], [{ pod: 'a' }, 2], [{ pod: 'b' }, 5], [{ pod: 'a' }, 1]),
      ['pod'],
      [],
    );

    expect(changes.values.map((change) => [change.old?.value, change.new?.value])).toEqual([[3, 5]]);
    expect([values(changes.gone), values(changes.arrived)]).toEqual([[4], [6]]);
  });

  test('where an absent label is an empty one', () => {
    const {
      values: changed,
      gone,
      arrived,
    } = changedSeries(
      samples([{ pod: 'a', reason: '' }, 1], [{ pod: 'b' }, 2]),
      samples([{ pod: 'a' }, 1], [{ pod: 'b', reason: '' }, 2]),
      ['pod', 'reason'],
      ['pod'],
    );

    expect([changed, gone, arrived]).toEqual([[], [], []]);
  });

  test('of an object by the fewest labels that differ', () => {
    const { labelValues } = changedSeries(
      samples([{ pod: 'a', kind: 'x', node: '1' }, 1], [{ pod: 'a', kind: 'y', node: '2' }, 2]),
      samples([{ pod: 'a', kind: 'y', node: '3' }, 3], [{ pod: 'a', kind: 'x', node: '4' }, 4]),
      ['pod', 'kind', 'node'],
      ['pod'],
    );

    expect([...labelValues.keys()]).toEqual(['node']);
    expect(labelValues.get('node')?.map((change) => [change.old?.value, change.new?.value])).toEqual([
      [1, 4],
      [2, 3],
    ]);
  });
});
