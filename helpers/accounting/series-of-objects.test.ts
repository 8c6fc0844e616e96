import { parseExporterArguments } from '../catalogue/arguments.ts';
import { exposedResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import { contextOf } from '../catalogue/table.ts';
import { readExposition } from '../exposition/read.ts';
import { parseVersion } from '../version.ts';
import { countUnchanged, type ObjectSeries, seriesDifferences, seriesOfObjects } from './series-of-objects.ts';

const version = parseVersion('2.5.0');
const options = parseExporterArguments([]);

async function snapshot(
  objects: Readonly<Record<string, string>>,
  ...lines: readonly string[]
): Promise<readonly ObjectSeries[]> {
  const { exposition } = await readExposition(lines.map((line) => `${line}\n`).join(''), { format: 'text' });
  const configMaps = Object.entries(objects).map(([name, resourceVersion]) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', resourceVersion },
  }));
  const listed = [{ resource: 'configmaps', objects: configMaps }];
  return seriesOfObjects(exposition, exposedResources(tables, version, options), listed, contextOf(version, options));
}

const infoOf = (name: string) => `kube_configmap_info{namespace="default",configmap="${name}"} 1`;

test('The order of series and of labels does not matter', async () => {
  const before = await snapshot({ a: '1', b: '1' }, infoOf('a'), infoOf('b'));
  const after = await snapshot({ a: '1', b: '1' }, 'kube_configmap_info{configmap="b",namespace="default"} 1', infoOf('a'));

  expect(seriesDifferences(before, after)).toEqual([]);
});

test('A series that an unchanged object lost is reported', async () => {
  const before = await snapshot({ a: '1', b: '1' }, infoOf('a'), infoOf('b'));
  const after = await snapshot({ a: '1', b: '1' }, infoOf('a'));

  expect(seriesDifferences(before, after)).toEqual(['lost: kube_configmap_info{configmap="b",namespace="default"}']);
});

test('A series that an unchanged object gained is reported', async () => {
  const before = await snapshot({ a: '1' });
  const after = await snapshot({ a: '1' }, infoOf('a'));

  expect(seriesDifferences(before, after)).toEqual(['added: kube_configmap_info{configmap="a",namespace="default"}']);
});

test('An object that was changed, created or deleted in between may have other series', async () => {
  const before = await snapshot({ changed: '1', gone: '1' }, infoOf('gone'));
  const after = await snapshot({ changed: '2', come: '1' }, infoOf('changed'), infoOf('come'));

  expect(seriesDifferences(before, after)).toEqual([]);
  expect(countUnchanged(before, after)).toEqual({ objects: 0, series: 0 });
});

test('Only objects that are in both snapshots count', async () => {
  const before = await snapshot({ stays: '1', gone: '1' }, infoOf('stays'), infoOf('gone'));
  const after = await snapshot({ stays: '1', come: '1' }, infoOf('stays'), infoOf('come'));

  expect(countUnchanged(before, after)).toEqual({ objects: 1, series: 1 });
});
