import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UsageError } from '../errors.ts';
import { knownTargets } from '../exporter/known.ts';
import { deriveTarget } from '../exporter/target.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import { ObjectStore } from '../kube/object-store.ts';
import { PackedBytes } from '../kube/packed-bytes.ts';
import { type Capture, readCapture, recordedCapture, writeCapture } from './capture.ts';
import { withArguments } from './changed-target.ts';
import { parseCaptureArguments } from './command-line.ts';
import { settledScrape } from './record.ts';
import { type Measurement, measure } from './scale/measurement.ts';
import { scalePicture, scaleTable } from './scale/picture.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const secret: RawObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', namespace: 'a', uid: 'u', annotations: { [lastApplied]: '{"data":"aHVudGVyMg=="}', kept: 'yes' } },
  data: { password: 'aHVudGVyMg==' },
  stringData: { password: 'hunter2' },
};
const capture: Capture = {
  origin: { kubernetes: 'v1.34.1', exporter: 'v2.20.0', args: [], target: 'current', cluster: 'example/node:v1.34.1' },
  metrics: '# TYPE a gauge\na 1\n',
  telemetry: '# TYPE b gauge\nb 1\n',
  objects: [secret],
};

async function inDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'capture-test-'));
  try {
    return await use(join(directory, 'capture'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test('a capture is read as it was written, without the fields that no table reads, which its origin states', async () => {
  const read = await inDirectory(async (directory) => {
    await writeCapture(directory, capture);
    return readCapture(directory);
  });

  expect(read).toEqual({
    ...capture,
    origin: { ...capture.origin, fields: 'what the catalogue reads' },
    objects: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'a', uid: 'u', annotations: {} } }],
  });
});

test('no file has a byte of a Secret', async () => {
  await inDirectory(async (directory) => {
    await writeCapture(directory, { ...capture, objectsAfter: [secret] });

    const files = readdirSync(directory).filter((name) => name.endsWith('.gz'));
    const text = files.map((name) => gunzipSync(readFileSync(join(directory, name))).toString('utf8')).join('');
    expect(files).toHaveLength(4);
    expect(text).not.toMatch(/hunter2|aHVudGVyMg/);
  });
});

test('a scrape that is packed is written as it was, however many parts it has', async () => {
  const metrics = Buffer.from('# TYPE a gauge\na{b="ü"} 1\n'.repeat(400_000));
  const packed = PackedBytes.of(metrics);
  const read = await inDirectory(async (directory) => {
    await writeCapture(directory, { ...capture, metrics: packed, openMetrics: PackedBytes.of(Buffer.from('# EOF')) });
    return readCapture(directory);
  });

  expect(read.metrics === metrics.toString('utf8')).toBe(true);
  expect(read.openMetrics).toBe('# EOF');
});

test.each([
  ['as text', (text: string) => text],
  ['that is packed, in its last part', (text: string) => PackedBytes.of(Buffer.from('a 1\n'.repeat(3_000_000) + text))],
])('an exposition %s with applied objects is refused before anything is written', async (_, expositionOf) => {
  await inDirectory(async (directory) => {
    const label = 'annotation_kubectl_kubernetes_io_last_applied_configuration';
    const metrics = expositionOf(`kube_secret_annotations{${label}="{\\"data\\":\\"aHVudGVyMg==\\"}"} 1\n`);

    await expect(writeCapture(directory, { ...capture, metrics })).rejects.toThrow('nothing was written');
    expect(() => readdirSync(directory)).toThrow('ENOENT');
  });
});

const at = (resourceVersion: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', uid: 'u', resourceVersion },
});

test('a scrape is repeated until no object changes during it', async () => {
  const readings = ['1', '1', '2', '2', '2', '2'];
  const read = async () => ObjectStore.of([at(readings.shift() ?? '')]);
  let scrapes = 0;

  const { before, scrape, after } = await settledScrape(read, async () => ++scrapes, 5_000);

  expect({ before: [...before], scrape, after }).toEqual({ before: [at('2')], scrape: 2 });
});

test('if objects always change, the last scrape is returned with both readings', async () => {
  let version = 0;
  const { before, after } = await settledScrape(
    async () => ObjectStore.of([at(String(++version))]),
    async () => 'scrape',
    1,
  );

  const [first] = [...before];
  expect([...(after ?? [])]).toEqual([at(String(Number(first?.metadata.resourceVersion) + 2))]);
});

test('further arguments are added to the container, and their permissions to its role', () => {
  const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent', image: 'v2.20.0' });

  const changed = withArguments(target, ['--resources=roles,pods']);

  expect(changed.arguments).toEqual([...target.arguments, '--resources=roles,pods']);
  expect(changed.access.roles.flatMap(({ rules }) => rules ?? [])).toContainEqual({
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['roles'],
    verbs: ['list', 'watch'],
  });
  expect(withArguments(target, [])).toBe(target);
});

test('the options of a capture and of a run are parsed, and an unknown one is refused', () => {
  const given = parseCaptureArguments(['--target', 'current', '--name', 'all', '--args', "--resources=pods '--x=a b'"]);

  expect(given).toMatchObject({ name: 'all', into: 'reports/captures', args: ['--resources=pods', '--x=a b'] });
  expect(given.options.target).toBe('current');
  expect(() => parseCaptureArguments(['--targte', 'current'])).toThrow('Did you mean --target?');
  expect(() => parseCaptureArguments(['--name', '../x'])).toThrow(UsageError);
});

test('the cost of accounting is a table, and a picture in which linear growth is a line', () => {
  const sizes = [1, 2, 4].map(
    (factor): Measurement => ({
      pods: 1000 * factor,
      objects: 1300 * factor,
      samples: 20_000 * factor,
      explained: 20_000 * factor,
      differences: 0,
      unsettled: 0,
      bytes: 3e6 * factor,
      readingObjectsMs: 400,
      readingExpositionMs: 100,
      accountingMs: 1000 * factor,
      residentBytes: 200e6,
    }),
  );

  expect(scaleTable(sizes).split('\n')[2]).toBe(
    '| 1000 | 1300 | 20000 | 20000 | 0 | 0 | 3 MB | 0.40 s | 0.10 s | 1.00 s | 200 MB |',
  );
  const picture = scalePicture(sizes);
  const [time = '', memory = ''] = [...picture.matchAll(/<polyline points="([^"]*)"/g)].map(([, points = '']) => points);
  // From the corner of the axes at 60,240: a quarter, a half and all of 340 by 200 pixels.
  expect(time).toBe('145,190 230,140 400,40');
  expect(new Set(memory.split(' ').map((point) => point.split(',')[1]))).toEqual(new Set(['40']));
  expect(picture).toContain('<title>4000 pods: 4 s</title>');
});

test('the cost of accounting is measured on a scrape that is explained', async () => {
  const { metrics, objects, origin } = recordedCapture('v1.24.17-v2.5.0');
  const store = ObjectStore.of(objects);
  const scraped = { format: 'text', source: metrics } as const;
  const collected = { before: store, scraped, after: store, readingObjectsMs: 1 };

  const order = { pods: 0, exporter: origin.exporter, arguments: origin.args, kubernetes: origin.kubernetes };
  const measured = await measure(collected, order);
  expect(measured).toMatchObject({ objects: 147, samples: 2072, explained: 2072, differences: 0 });
  const lost = { ...scraped, source: metrics.replace(/^kube_pod_info\{.*\n/m, '') };
  expect(await measure({ ...collected, scraped: lost }, order)).toMatchObject({ differences: 1 });
});
