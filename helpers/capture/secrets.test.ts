import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import { tables } from '../catalogue/resources/index.ts';
import { contextOf } from '../catalogue/table.ts';
import { fieldsIn, maximalObject, modelName } from '../redaction/testing/maximal-object.ts';
import { parseVersion } from '../version.ts';
import { type Capture, writeCapture } from './capture.ts';

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

/** Everything that the files of a capture of the planted objects hold. */
function written(args: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'capture-secrets-'));
  try {
    const objects = planted.map(({ object }) => object);
    const origin = { kubernetes: 'v1.34.1', exporter, args, target: 'current', cluster: '' };
    const capture: Capture = { origin, metrics: '', openMetrics: '', telemetry: '', objects, objectsAfter: objects };
    writeCapture(directory, capture);
    const files = readdirSync(directory).map((name) => join(directory, name));
    expect(files.filter((file) => (statSync(file).mode & 0o077) !== 0)).toEqual([]);
    return files
      .map((file) => (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString())
      .join('\n');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What is read to compare or to count, and is no label: states, names by which two lists are joined, a certificate that is public. */
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

test('a capture holds no field but those that the exporter exposes as labels, and a few that are compared', () => {
  const args = [`--resources=${resources}`];
  const text = written(args);
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

test('of labels and annotations only those are kept that the arguments expose, and of the others not even the names', () => {
  const secrets = planted.find(({ table }) => table.resource === 'secrets');
  if (!secrets) throw new Error('There is no table of secrets.');
  const plain = fieldsIn(written([]), secrets);
  const labelled = fieldsIn(written(['--metric-labels-allowlist=secrets=[key]']), secrets);

  expect(labelled.filter((field) => !plain.includes(field))).toEqual(['metadata.labels']);
  expect(written([])).not.toContain('last-applied');
});

test('an exporter that the capture did not start keeps its arguments to itself', () => {
  const pod = planted.find(({ table }) => table.resource === 'pods');
  if (!pod) throw new Error('There is no table of pods.');

  expect(fieldsIn(written([]), pod)).not.toContain('spec.containers.args');
});
