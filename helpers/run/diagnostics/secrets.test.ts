import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { simulatedCluster } from '../../../simulator/testing.ts';
import { writeCapture } from '../../capture/capture.ts';
import { tables } from '../../catalogue/resources/index.ts';
import { knownTargets } from '../../exporter/known.ts';
import { possibleReadsOf } from '../../exporter/reads.ts';
import { deriveTarget } from '../../exporter/target.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { ownedObjects } from '../../kube/owned/testing/owned.ts';
import { runLabel } from '../../kube/run-label.ts';
import { fieldsIn, type MaximalObject, maximalObject, modelName } from '../../redaction/testing/maximal-object.ts';
import { storeObjects } from '../../suite/read-objects.ts';
import { makeNamespace } from '../../suite/scratch.ts';
import { parseVersion } from '../../version.ts';
import { collectDiagnostics } from './collect.ts';

const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });
const run = 'planted';
const cluster = simulatedCluster('file');
const strangers: MaximalObject[] = [];

/** What others have in the cluster: an object of every kind, with a canary in every field, in the namespaces that are read. */
async function plant(model: string, object: KubernetesObject): Promise<void> {
  const planted = await maximalObject(model, object);
  const { status } = planted.object;
  // Nobody owns it, and nothing keeps it: else the cluster would remove it.
  const metadata = { ...planted.object.metadata, ownerReferences: [], finalizers: [] };
  await cluster.client.create({ ...planted.object, metadata });
  if (status !== undefined && ['Pod', 'Node'].includes(object.kind)) await plantStatus(object, status);
  strangers.push(planted);
}

async function plantStatus({ apiVersion, kind, metadata }: KubernetesObject, status: unknown): Promise<void> {
  const place = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  await cluster.client.call('PATCH', `/api/v1${place}/${kind.toLowerCase()}s/${metadata.name}/status`, {
    body: { apiVersion, kind, metadata, status },
    contentType: 'application/merge-patch+json',
  });
}

beforeAll(async () => {
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: target.namespace } });
  await makeNamespace(cluster.client, ownedObjects(cluster, run), 'conformance-planted');
  for (const { resource, namespaced, reads } of tables) {
    const { apiVersion, kind } = reads(parseVersion('v2.20.0'));
    if (!cluster.client.mapper.serves(apiVersion, kind)) continue;
    const place = namespaced ? { namespace: target.namespace } : {};
    await plant(modelName(apiVersion, kind), { apiVersion, kind, metadata: { name: `stranger-${resource}`, ...place } });
  }
  const namespace = 'kube-system';
  await plant('V1Pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'stranger', namespace } });
  await plant('CoreV1Event', { apiVersion: 'v1', kind: 'Event', metadata: { name: 'stranger', namespace } });
}, 30_000);

const textIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

const statusFields = (kind: string) =>
  ['lastState.terminated.reason', 'lastState.waiting.reason', 'name', 'state.terminated.reason', 'state.waiting.reason'].map(
    (field) => `status.${kind}.${field}`,
  );

/** All that is written of what the run did not create; in no other kind is a single field. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  Pod: [
    'spec.containers.name',
    'spec.nodeName',
    'status.conditions.reason',
    'status.conditions.status',
    'status.conditions.type',
    ...statusFields('containerStatuses'),
    ...statusFields('initContainerStatuses'),
    'status.phase',
    'status.reason',
  ].sort(),
  Node: [
    'spec.taints.effect',
    'spec.taints.key',
    'spec.taints.value',
    'status.conditions.reason',
    'status.conditions.status',
    'status.conditions.type',
    'status.nodeInfo.containerRuntimeVersion',
    'status.nodeInfo.kubeletVersion',
  ],
};

test('of what others have in a cluster that exists, diagnostics hold what explains scheduling and readiness and nothing else', async () => {
  const directory = join(cluster.directory, 'diagnostics');
  const failures = await collectDiagnostics(cluster.client, { run, target, directory, booted: false, facts: { run } });
  const text = textIn(directory);

  expect(failures).toEqual([]);
  expect(strangers.length).toBeGreaterThan(30);
  const written = strangers.map((stranger) => [stranger.object.kind, fieldsIn(text, stranger)] as const);
  expect(written).toEqual(strangers.map(({ object: { kind } }) => [kind, allowed[kind] ?? []]));
  expect(readdirSync(join(directory, 'cluster'))).toContain('namespace-conformance-planted.yaml');
});

test('a capture of that cluster holds no configuration of other workloads', async () => {
  const directory = join(cluster.directory, 'capture');
  const objects = await storeObjects(cluster.client, possibleReadsOf(target));
  const origin = { kubernetes: 'v1.24.17', exporter: 'v2.5.0', args: [], target: 'agent', cluster: '' };
  await writeCapture(directory, { origin, metrics: '', telemetry: '', objects });
  const text = gunzipSync(readFileSync(join(directory, 'objects.jsonl.gz'))).toString('utf8');

  const kept = strangers.flatMap((stranger) => fieldsIn(text, stranger).map((field) => `${stranger.object.kind} ${field}`));
  expect(kept).toEqual(expect.arrayContaining(['Pod spec.nodeName', 'Secret type']));
  const secret =
    /[ .](env|envFrom|args|command|lifecycle|\w+Probe|annotations|labels|data|caBundle|request|managedFields|message)\b/;
  // Of a VolumeAttachment this release exposes every label, whatever its allowlist is.
  expect(kept.filter((field) => secret.test(field))).toEqual(['VolumeAttachment metadata.labels']);
});

test('what was omitted is listed', async () => {
  const directory = join(cluster.directory, 'omissions');
  await collectDiagnostics(cluster.client, { run, target, directory, booted: false, facts: { run } });

  const readme = readFileSync(join(directory, 'README.txt'), 'utf8');
  expect(readme).toContain('the pod kube-system/stranger: variables, arguments, volumes, labels, annotations, messages, logs');
  expect(readme).toContain('the node stranger-nodes: ');
  expect(readme).toMatch(/ {2}\d+ events? of objects that the run did not create\n/);
});

test('a label that anybody can set proves nothing to a run that has recorded what it created', async () => {
  const metadata = { name: 'impostor', namespace: target.namespace, labels: { [runLabel]: run } };
  const impostor = await maximalObject('V1ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  await cluster.client.create({ ...impostor.object, metadata: { ...impostor.object.metadata, ownerReferences: [] } });
  const isOwn = ({ metadata: { name } }: KubernetesObject) => name === 'conformance-planted';
  const directory = join(cluster.directory, 'impostor');
  await collectDiagnostics(cluster.client, { run, target, directory, booted: false, facts: { run }, isOwn });

  expect(fieldsIn(textIn(directory), impostor)).toEqual([]);
});
