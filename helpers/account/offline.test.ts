import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { shellWords } from '../command-line.ts';
import { UsageError } from '../errors.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { parseAccountArguments } from './command-line.ts';
import { explain } from './explain.ts';
import { asJson, asText } from './print.ts';
import { parseSavedObjects } from './saved-objects.ts';

const configMap: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'a', uid: 'u', resourceVersion: '7', creationTimestamp: '2024-05-01T10:00:00Z' },
};

const parse = (text: string) => parseSavedObjects(Buffer.from(text), 'objects.json');

test('the formats are a list of kubectl, one object, and one object a line', () => {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [configMap, configMap] }, null, 4);

  expect(parse(list)).toHaveLength(2);
  expect(parse(JSON.stringify(configMap, null, 2))).toEqual([configMap]);
  expect(parse(`${JSON.stringify(configMap)}\n\n${JSON.stringify(configMap)}\n`)).toHaveLength(2);
});

test('the formats include YAML as kubectl writes it: a list, one object, and several documents', () => {
  const object = `apiVersion: v1
kind: ConfigMap
metadata: {name: c, namespace: a, uid: u, resourceVersion: "7", creationTimestamp: "2024-05-01T10:00:00Z"}
`;
  const list = `apiVersion: v1\nitems:\n- ${object.trim().replaceAll('\n', '\n  ')}\nkind: ConfigMapList\n`;

  for (const text of [object, list, `---\n${object}---\n`, `# saved today\n${object}`]) expect(parse(text)).toEqual([configMap]);
  expect(parse(`${object}---\n${object}`)).toHaveLength(2);
  expect(() => parse('kind: [')).toThrow(/^objects\.json is not YAML/);
  expect(() => parse('kind: Pod\n')).toThrow('objects.json holds something that is no Kubernetes object');
});

test('what does not fit into a string is refused as a whole, and read where it is one object a line', () => {
  const line = JSON.stringify(configMap);
  const read = (text: string) => parseSavedObjects(Buffer.from(text), 'objects.json', line.length);

  expect(read(`${line}\n${line}\n`)).toHaveLength(2);
  for (const long of [JSON.stringify([configMap, configMap]), JSON.stringify({ kind: 'List', items: [configMap] }, null, 4)])
    expect(() => read(long)).toThrow("objects.json is too long to read at once: write one object a line (jq -c '.items[]').");
});

test('a long list is read item by item, and is the same list', () => {
  const { kind: _, apiVersion: __, ...untyped } = configMap;
  const labels = { text: '"items": [{}], ü \\\\ \n', nested: JSON.stringify({ items: [1, ']'] }) };
  const items = [{ ...configMap, metadata: { ...configMap.metadata, labels } }, configMap];
  const split = (text: string) => parseSavedObjects(Buffer.from(text), 'objects.json', 10_000, 10);
  const list = { apiVersion: 'v1', items, kind: 'List', metadata: { items: ['no item'] } };
  const typed = { kind: 'ConfigMapList', apiVersion: 'v1', metadata: {}, items: [untyped] };
  const texts = [list, typed, { items: [untyped], apiVersion: 'v1', kind: 'ConfigMapList' }].flatMap((each) =>
    [0, 4].map((indent) => JSON.stringify(each, null, indent)),
  );

  for (const text of texts) expect(split(text)).toEqual(parse(text));
  expect(() => split(JSON.stringify({ kind: 'List', items: [{}] }, null, 2))).toThrow('objects.json holds something that is no');
  expect(() => split(JSON.stringify(list, null, 2).slice(0, -9))).toThrow(/^objects\.json is not JSON/);
});

test('the items of a typed list have the kind of the list', () => {
  const list = { apiVersion: 'v1', kind: 'ConfigMapList', items: [{ metadata: { name: 'c' } }] };

  expect(parse(JSON.stringify(list))).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }]);
});

test('something that is not an object is an error with its line', () => {
  expect(() => parse('<html>')).toThrow(/^objects\.json is not JSON/);
  expect(() => parse(`${JSON.stringify(configMap)}\n{"kind":`)).toThrow(/^objects\.json, line 2, is not JSON/);
  expect(() => parse('{"kind":"Pod"}')).toThrow('objects.json, line 1 holds something that is no Kubernetes object');
  expect(() => parse('')).toThrow(UsageError);
});

test('arguments are split like in a shell', () => {
  expect(shellWords(`--resources=pods  --metric-allowlist='a|b' --x "c d"`)).toEqual([
    '--resources=pods',
    '--metric-allowlist=a|b',
    '--x',
    'c d',
  ]);
});

test.each([
  [['--metrics', 'm'], '--objects is missing'],
  [['--objects', 'o'], '--metrics is missing'],
  [['--objects', 'o', '--objects', 'p', '--objects', 'q', '--metrics', 'm'], '--objects is set 3 times'],
  [['--objects', 'o', '--metrics', 'm', '--exporter', 'latest'], '"latest" is not a version'],
  [['--objects', 'o', '--metrics', 'm', '--exporters', 'v2.5.0'], "unknown option '--exporters'"],
])('%j is bad usage', (argv, message) => {
  expect(() => parseAccountArguments(argv)).toThrow(UsageError);
  expect(() => parseAccountArguments(argv)).toThrow(message);
});

test('the arguments of the exporter may begin with dashes', () => {
  const argv = ['--objects', 'o', '--metrics', 'm', '--args', '--resources=pods --namespaces=a', '--exporter', '2.6'];

  expect(parseAccountArguments(argv)).toMatchObject({ args: ['--resources=pods', '--namespaces=a'], exporter: 'v2.6.0' });
});

describe('a saved scrape', () => {
  const metrics = `# HELP kube_configmap_info A config map.
# TYPE kube_configmap_info gauge
kube_configmap_info{namespace="a",configmap="c"} 1
# HELP kube_configmap_created When it was created.
# TYPE kube_configmap_created gauge
kube_configmap_created{namespace="a",configmap="c"} 1.7145576e+09
# HELP kube_configmap_metadata_resource_version Its version.
# TYPE kube_configmap_metadata_resource_version gauge
kube_configmap_metadata_resource_version{namespace="a",configmap="c"} 8
`;
  const args = '--resources=configmaps --metric-denylist=kube_configmap_annotations,kube_configmap_labels';
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'account-'));
    await writeFile(join(folder, 'objects.json'), JSON.stringify(configMap));
    await writeFile(join(folder, 'objects.gz'), gzipSync(JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [configMap] })));
    const changed = { ...configMap, metadata: { ...configMap.metadata, resourceVersion: '8' } };
    await writeFile(join(folder, 'after.json'), JSON.stringify(changed));
    await writeFile(join(folder, 'metrics.txt'), metrics);
  });
  afterEach(() => rm(folder, { recursive: true }));

  function explained(...objects: readonly string[]) {
    const argv = objects.flatMap((name) => ['--objects', join(folder, name)]);
    return explain(
      parseAccountArguments([...argv, '--metrics', join(folder, 'metrics.txt'), '--exporter', 'v2.6.0', '--args', args]),
    );
  }

  test('is compared with objects in a plain or a gzipped file', async () => {
    const expected = { samples: 3, explained: 2, missing: [], unexplained: [], known: [], unsettled: [] };

    for (const file of ['objects.json', 'objects.gz']) {
      expect(JSON.parse(asJson(await explained(file), 20))).toMatchObject({
        ...expected,
        unequal: ['kube_configmap_metadata_resource_version{namespace="a",configmap="c"} 8'],
      });
    }
  });

  test('has unsettled samples for what changed between two readings', async () => {
    const still = { ...configMap, metadata: { ...configMap.metadata, name: 'still', uid: 'v' } };
    for (const name of ['objects.json', 'after.json']) await appendFile(join(folder, name), `\n${JSON.stringify(still)}\n`);
    await writeFile(
      join(folder, 'metrics.txt'),
      metrics.replace(/^kube.*"c".*$/gm, (line) => `${line}\n${line.replace('"c"', '"still"').replace(/8$/, '7')}`),
    );

    const { accounting } = await explained('objects.json', 'after.json');

    expect(accounting).toMatchObject({ explained: 3, missing: [], unexplained: [], unequal: [] });
    expect(accounting.unsettled).toHaveLength(3);
  });

  test('of which everything changed between two readings proves nothing', async () => {
    await expect(explained('objects.json', 'after.json')).rejects.toThrow(UsageError);
    await expect(explained('objects.json', 'after.json')).rejects.toThrow(
      /nothing can be judged.*every object of its samples changed/,
    );
  });

  test.each([
    [
      'an empty list',
      '{"apiVersion":"v1","items":[],"kind":"List"}',
      'holds no object, and accounting for nothing proves nothing',
    ],
    [
      'an empty list over several lines',
      '{\n  "apiVersion": "v1",\n  "items": [],\n  "kind": "PodList"\n}\n',
      'it begins with "{ \\"apiVersion\\": ',
    ],
    [
      'a list whose items are missing',
      '{"apiVersion":"v1","kind":"List"}',
      'is no Kubernetes object: expected apiVersion, kind and metadata.name; it is an object with apiVersion, kind.',
    ],
    [
      'what the API refused',
      '{"kind":"Status","apiVersion":"v1","metadata":{},"message":"forbidden"}',
      'it is what the API answered instead: "forbidden"',
    ],
    [
      'an HTML page',
      '<!DOCTYPE html>\n<title>Log in</title>',
      'is not JSON: expected Kubernetes objects, as kubectl get -o json prints them',
    ],
    [
      'an HTML page, which is quoted',
      '<!DOCTYPE html>\n<title>Log in</title>',
      'it begins with "<!DOCTYPE html> <title>Log in</title>"',
    ],
    ['JSON that is no list', '{"status":"success","data":{}}', 'holds something that is no Kubernetes object'],
    ['a JSON array', '[]', 'it is an array'],
    ['null', 'null', 'it is null'],
    [
      'lists within lists',
      '{"kind":"List","items":['.repeat(20_000) + ']}'.repeat(20_000),
      'holds something that is no Kubernetes object',
    ],
    ['an empty file', '', 'it is empty'],
    ['white space', ' \n\n', 'is not JSON'],
  ])('with %s instead of objects is bad usage', async (_, objects, sentence) => {
    await writeFile(join(folder, 'objects.json'), objects);

    await expect(explained('objects.json')).rejects.toThrow(UsageError);
    await expect(explained('objects.json')).rejects.toThrow(sentence);
  });

  test.each([
    ['an HTML page', '<!DOCTYPE html>\n<title>Log in</title>', 'holds no sample, and accounting for nothing proves nothing'],
    [
      'an HTML page, which is quoted',
      '<!DOCTYPE html>\n<title>Log in</title>',
      'it begins with "<!DOCTYPE html> <title>Log in</title>"',
    ],
    ['only metadata', '# TYPE kube_configmap_info gauge\n', 'holds no sample'],
    ['an empty file', '', 'it is empty'],
    ['in Windows format', metrics.replaceAll('\n', '\r\n'), 'has CRLF line endings: save it with line feeds'],
    ['UTF-8 with a byte order mark', `\ufeff${metrics}`, 'it begins with a byte order mark'],
    ['UTF-16', Buffer.from(`\ufeff${metrics}`, 'utf16le'), 'it is UTF-16; save it as UTF-8'],
    ['UTF-16 without a byte order mark', Buffer.from(metrics, 'utf16le'), 'it is UTF-16; save it as UTF-8'],
  ])('that is %s is bad usage', async (_, text, sentence) => {
    await writeFile(join(folder, 'metrics.txt'), text);

    await expect(explained('objects.json')).rejects.toThrow(UsageError);
    await expect(explained('objects.json')).rejects.toThrow(sentence);
  });

  test('is summarised in a few lines', async () => {
    expect(asText(await explained('objects.json'), 20).split('\n')).toEqual([
      '✗ 2 of 3 samples explained by 1 objects (exporter v2.6.0)',
      '  0 missing, 0 unexplained, 1 unequal, 0 known issues, 0 unsettled',
      '  kube_configmap_metadata_resource_version{namespace="a",configmap="c"}: is 8, expected 7',
    ]);
  });

  test('is compared with a missing file: bad usage', async () => {
    await expect(explained('nothing.json')).rejects.toThrow(UsageError);
    await expect(explained('nothing.json')).rejects.toThrow('nothing.json cannot be read');
  });
});
