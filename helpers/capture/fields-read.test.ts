import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { explain } from '../account/explain.ts';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import { tables } from '../catalogue/resources/index.ts';
import { contextOf } from '../catalogue/table.ts';
import { fieldsIn, maximalObject, modelName } from '../redaction/testing/maximal-object.ts';
import { parseVersion } from '../version.ts';
import { type Capture, readCapture, recordedCapture, recordedNames, writeCapture } from './capture.ts';
import { explainCapture } from './explain-capture.ts';
import { withFieldsRead } from './fields-read.ts';

const captures = recordedNames().map((name) => [name, recordedCapture(name)] as const);

/** Writes a capture with the fields that are kept now, and calls `use` with its directory. */
async function rewritten<T>(capture: Capture, use: (directory: string) => T | Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'fields-'));
  try {
    await writeCapture(directory, capture);
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test.each(captures)('%s: the kept fields give the same accounting as the complete objects', async (_, capture) => {
  const kept = await rewritten(capture, readCapture);
  const { accounting } = await explainCapture(kept, 'text');

  expect(accounting).toEqual((await explainCapture(capture, 'text')).accounting);
  expect(accounting.explained).toBe(accounting.samples);
  expect(kept.objects).toHaveLength(capture.objects.length);
  // The exporter's own pod keeps which field of it an argument names.
  const nodeName = '"env":[{"name":"NODE_NAME","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}}]';
  expect(JSON.stringify(kept.objects).replace(nodeName, '')).not.toMatch(
    /"(?:env|command|volumeMounts|livenessProbe|securityContext|caBundle|message)"/,
  );
});

/** The pods of these shapes do not show the arguments: they find their share by themselves, or mount files with them. */
const ofShapes = /-(autosharding|deployment-sharding|daemonset|custom-resources|config)/;

test.each(captures.filter(([name, { origin }]) => origin.args.length > 0 && !ofShapes.test(name)))(
  '%s: npm run account finds the exporter’s arguments in its files',
  async (_, capture) => {
    const { accounting, exporter } = await rewritten(capture, (directory) =>
      explain({
        objects: [join(directory, 'objects.jsonl.gz')],
        metrics: [join(directory, 'metrics.txt.gz')],
        json: false,
        limit: 20,
        maxBytes: 1024 ** 3,
      }),
    );

    expect(exporter).toBe(capture.origin.exporter);
    expect(accounting).toMatchObject({ missing: [], unexplained: [], unequal: [] });
  },
);

const exporter = 'v2.20.0';
const release = parseVersion(exporter);
const resources = tables.map(({ resource }) => resource).join(',');

const planted = await Promise.all(
  tables.map(async (table) => {
    const { apiVersion, kind } = table.reads(release);
    const times = { resourceVersion: '5', creationTimestamp: '2024-05-01T10:00:00Z' };
    const metadata = { name: 'planted', uid: 'u', ...(table.namespaced && { namespace: 'a' }), ...times };
    return { table, ...(await maximalObject(modelName(apiVersion, kind), { apiVersion, kind, metadata })) };
  }),
);

/** The content of all files of a capture of the planted objects. */
async function written(args: readonly string[]): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'capture-secrets-'));
  try {
    const objects = planted.map(({ object }) => object);
    const origin = { kubernetes: 'v1.34.1', exporter, args, target: 'current', cluster: '' };
    const capture: Capture = { origin, metrics: '', openMetrics: '', telemetry: '', objects, objectsAfter: objects };
    await writeCapture(directory, capture);
    const files = readdirSync(directory).map((name) => join(directory, name));
    expect(files.filter((file) => (statSync(file).mode & 0o077) !== 0)).toEqual([]);
    return files
      .map((file) => (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString())
      .join('\n');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Fields that are compared or counted and are no label: states, names that join two lists, a public certificate. */
const compared: Readonly<Record<string, readonly string[]>> = {
  CertificateSigningRequest: ['status.certificate', 'status.conditions.type'],
  Deployment: [
    'spec.strategy.rollingUpdate.maxSurge',
    'spec.strategy.rollingUpdate.maxUnavailable',
    'status.conditions.reason',
    'status.conditions.status',
  ],
  HorizontalPodAutoscaler: ['spec.metrics.type', 'status.conditions.status', 'status.currentMetrics.type'],
  Job: ['status.conditions.type'],
  Namespace: ['status.conditions.status', 'status.phase'],
  Node: ['status.conditions.status'],
  PersistentVolume: ['status.phase'],
  PersistentVolumeClaim: ['status.conditions.status', 'status.phase'],
  Pod: [
    'spec.containers.name',
    'spec.initContainers.name',
    'status.conditions.reason',
    'status.conditions.type',
    'status.phase',
    'status.podIPs.ip',
    'status.qosClass',
    'status.reason',
    'status.resourceClaimStatuses.name',
  ],
};

test('a capture has only the fields that the exporter exposes as labels, and a few that are compared', async () => {
  const args = [`--resources=${resources}`];
  const text = await written(args);
  const context = contextOf(release, parseExporterArguments(args));

  expect(planted.map(({ canaries }) => canaries.size).reduce((sum, size) => sum + size)).toBeGreaterThan(5000);
  for (const each of planted) {
    const { table, object } = each;
    const rows = table.families.filter(({ optIn }) => !optIn);
    const labels = [table.labels(object, context), ...rows.flatMap((row) => row.samples(object, context))];
    const exposed = new Set(fieldsIn(JSON.stringify(labels), each));
    const kept = fieldsIn(text, each);
    expect([object.kind, kept.filter((field) => !exposed.has(field))]).toEqual([object.kind, compared[object.kind] ?? []]);
    expect([object.kind, [...exposed].filter((field) => !kept.includes(field))]).toEqual([object.kind, []]);
  }
});

test('only the labels and annotations that the arguments expose are kept, and no names of others', async () => {
  const secrets = planted.find(({ table }) => table.resource === 'secrets');
  if (!secrets) throw new Error('There is no table of secrets.');
  const plain = fieldsIn(await written([]), secrets);
  const labelled = fieldsIn(await written(['--metric-labels-allowlist=secrets=[key]']), secrets);

  expect(labelled.filter((field) => !plain.includes(field))).toEqual(['metadata.labels']);
  expect(await written([])).not.toContain('last-applied');
});

test('the arguments of another exporter are not kept', async () => {
  const pod = planted.find(({ table }) => table.resource === 'pods');
  if (!pod) throw new Error('There is no table of pods.');

  expect(fieldsIn(await written([]), pod)).not.toContain('spec.containers.args');
});

test('of a custom resource and its definition the fields are kept that its configuration names', () => {
  const state =
    'spec: {resources: [{groupVersionKind: {group: example.com, version: v1, kind: Gear}, ' +
    'metrics: [{name: teeth, each: {type: Gauge, gauge: {path: [spec, teeth]}}}]}]}';
  const args = [`--custom-resource-state-config=${state}`];
  const metadata = { uid: 'u', resourceVersion: '5' };
  const gear = {
    apiVersion: 'example.com/v1',
    kind: 'Gear',
    metadata: { ...metadata, name: 'first', namespace: 'a' },
    spec: { teeth: 12, secret: 'planted' },
  };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { ...metadata, name: 'gears.example.com' },
    spec: {
      group: 'example.com',
      names: { kind: 'Gear', plural: 'gears', shortNames: ['planted'] },
      versions: [{ name: 'v1', served: true, schema: { description: 'planted' } }],
    },
  };
  const kept = [...withFieldsRead([gear, definition], { exporter, args, options: parseExporterArguments(args) })];

  expect(kept).toMatchObject([{ spec: { teeth: 12 } }, { spec: { group: 'example.com', versions: [{ name: 'v1' }] } }]);
  expect(JSON.stringify(kept)).not.toContain('planted');
});
