import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { UsageError } from '../errors.ts';
import { knownTargets } from '../exporter/known.ts';
import { deriveTarget } from '../exporter/target.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import { type Capture, readCapture, writeCapture } from './capture.ts';
import { parseCaptureArguments } from './command-line.ts';
import { stillScrape } from './still-scrape.ts';
import { withArguments } from './with-arguments.ts';

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

function inDirectory<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'capture-test-'));
  try {
    return use(join(directory, 'capture'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test('a capture reads as it was written, but for the fields that no table reads, and says so', () => {
  const read = inDirectory((directory) => {
    writeCapture(directory, capture);
    return readCapture(directory);
  });

  expect(read).toEqual({
    ...capture,
    origin: { ...capture.origin, fields: 'what the catalogue reads' },
    objects: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'a', uid: 'u', annotations: {} } }],
  });
});

test('no byte of a Secret reaches any file', () => {
  inDirectory((directory) => {
    writeCapture(directory, { ...capture, objectsAfter: [secret] });

    const files = readdirSync(directory).filter((name) => name.endsWith('.gz'));
    const text = files.map((name) => gunzipSync(readFileSync(join(directory, name))).toString('utf8')).join('');
    expect(files).toHaveLength(4);
    expect(text).not.toMatch(/hunter2|aHVudGVyMg/);
  });
});

test('an exposition that repeats applied objects is refused before anything is written', () => {
  inDirectory((directory) => {
    const label = 'annotation_kubectl_kubernetes_io_last_applied_configuration';
    const metrics = `kube_secret_annotations{${label}="{\\"data\\":\\"aHVudGVyMg==\\"}"} 1\n`;

    expect(() => writeCapture(directory, { ...capture, metrics })).toThrow('nothing was written');
    expect(() => readdirSync(directory)).toThrow('ENOENT');
  });
});

const at = (resourceVersion: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', uid: 'u', resourceVersion },
});

test('a scrape during which an object changed is taken again until none does', async () => {
  const readings = ['1', '1', '2', '2', '2', '2'];
  const read = async () => [at(readings.shift() ?? '')];
  let scrapes = 0;

  const still = await stillScrape(read, async () => ++scrapes, 5_000);

  expect(still).toEqual({ before: [at('2')], scrape: 2 });
});

test('where objects never hold still, the last scrape comes with both readings', async () => {
  let version = 0;
  const { before, after } = await stillScrape(
    async () => [at(String(++version))],
    async () => 'scrape',
    1,
  );

  expect(after).toEqual([at(String(Number(before[0]?.metadata.resourceVersion) + 2))]);
});

test('further arguments reach the container, and its role allows what they make it read', () => {
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

test('the options of a run are told from those of a capture, and an unknown one is refused', () => {
  const given = parseCaptureArguments(['--target', 'current', '--name', 'all', '--args', "--resources=pods '--x=a b'"]);

  expect(given).toMatchObject({ name: 'all', into: 'reports/captures', args: ['--resources=pods', '--x=a b'] });
  expect(given.options.target).toBe('current');
  expect(() => parseCaptureArguments(['--targte', 'current'])).toThrow('Did you mean --target?');
  expect(() => parseCaptureArguments(['--name', '../x'])).toThrow(UsageError);
});
