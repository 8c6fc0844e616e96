import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { simulatedCluster } from '../../simulator/testing.ts';
import { knownTargets } from '../exporter/known.ts';
import { deriveTarget, type Target } from '../exporter/target.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import { CreationRecord } from '../kube/owned/creation-record.ts';
import type { OwnedObjects } from '../kube/owned/ownership.ts';
import { ownedObjects } from '../kube/owned/testing/owned.ts';
import { FaultyClient } from '../kube/testing/faulty-client.ts';
import { describeHolder, holderOf, holdNamespace, LEASE_NAME, leaseIn, occupy, refuseWhatIsThere } from './occupy.ts';

const agent = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });
const standard = deriveTarget(knownTargets.standard.rendering(), { name: 'standard' });

const cluster = simulatedCluster('test');

const warnings: string[] = [];

const occupied = (run: string, { target = agent, client = cluster.client, booted = false } = {}) =>
  occupy({ client, objects: ownedObjects(cluster, run, { clusterExists: !booted }), booted }, target as Target, (sentence) => {
    warnings.push(sentence);
  });

const namespaceNow = () => cluster.client.find({ apiVersion: 'v1', kind: 'Namespace', name: agent.namespace });

test('a run holds a Lease in its namespace; a second run is refused with the first one’s id and what to do', async () => {
  await occupied('first');
  expect(await cluster.client.get(leaseIn(agent.namespace))).toMatchObject({ metadata: { name: LEASE_NAME } });

  await expect(occupied('second')).rejects.toThrow(
    new RegExp(`^The namespace ${agent.namespace} is in use by run first \\(process ${process.pid} on .*: wait for its end`),
  );

  expect(ownedObjects(cluster, 'second').record.entries()).toEqual([]);
  expect(warnings).toEqual([]);
});

test('of two runs that start at the same moment, one has the namespace, and the loser leaves nothing', async () => {
  const begun = await Promise.allSettled([occupied('left'), occupied('right')]);
  expect(begun.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const [loser] = begun.flatMap(({ status }, index) => (status === 'rejected' ? ['left', 'right'][index] : []));
  const created = ownedObjects(cluster, loser ?? '').record.entries();
  expect(created.filter(({ reference }) => reference.kind !== 'Namespace')).toEqual([]);
});

test('a stale Lease leads to its run and to the command that removes what the run left', async () => {
  await occupied('dead');
  const renewTime = '2020-01-01T00:00:00.000000Z';
  await cluster.client.merge(leaseIn(agent.namespace), { spec: { renewTime } });
  await expect(occupied('next')).rejects.toThrow(/was in use by run dead .* and is not any more: npm run clean -- --run dead/);
});

test('an object that exists is refused with its name and whose it is, before anything is created', async () => {
  const { name, namespace = '' } = agent.service.metadata;
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const before = await namespaceNow();
  const strangers = await cluster.client.create(agent.service);

  await expect(occupied('late')).rejects.toThrow(
    `Service ${namespace}/${name} is on the cluster already. It was created at ${strangers.metadata.creationTimestamp}`,
  );

  expect(ownedObjects(cluster, 'late').record.entries()).toEqual([]);
  expect(await namespaceNow()).toEqual(before);
  expect(await cluster.client.find(leaseIn(namespace))).toBeUndefined();
});

test('where it cannot be read what exists, nothing is created', async () => {
  const denied = { status: 403, message: 'you cannot get resource "services"' };
  const client = new FaultyClient(cluster.client, (request) => (request.includes('/services/') ? denied : undefined));
  await expect(refuseWhatIsThere(client, agent)).rejects.toThrow(/cannot be read.*Service .*you cannot get resource "services"/);
  await expect(occupied('blind', { client })).rejects.toThrow('Use an account that may get them.');
  expect(await namespaceNow()).toBeUndefined();
});

test('manifests for a system namespace are refused on a cluster that exists, and accepted on a cluster that the run booted', async () => {
  await expect(occupied('standard', { target: standard })).rejects.toThrow(/kube-system\/.*nothing is installed there/);
  await occupied('own', { target: standard, booted: true });
});

test('an existing namespace is neither changed nor owned, and has the Lease', async () => {
  const existing: KubernetesObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: agent.namespace } };
  const before = await cluster.client.create(existing);
  await occupied('guest');
  expect(await namespaceNow()).toEqual({ ...before, metadata: (await namespaceNow())?.metadata });
  expect((await namespaceNow())?.metadata).toEqual(before.metadata);
  expect(ownedObjects(cluster, 'guest').ownsNamespace(agent.namespace)).toBe(false);
});

test.each([
  ['on a cluster that exists are created as the manifests have them', false, ['apps']],
  ['on a booted cluster are also those of roles, and those that the exporter is limited to', true, ['apps', 'shop', 'web']],
])('the other namespaces %s', async (_, booted, expected) => {
  const withLimit = (object: KubernetesObject): KubernetesObject => {
    if (object !== agent.workload) return object;
    const { template } = agent.workload.spec;
    const containers = template.spec.containers.map((container) => ({ ...container, args: ['--namespaces=monitoring,shop'] }));
    const spec = { ...agent.workload.spec, template: { ...template, spec: { ...template.spec, containers } } };
    return { ...agent.workload, spec } as KubernetesObject;
  };
  const namespace = (name: string, labels = {}) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'reader', namespace: 'web' } };
  const objects = [...agent.objects.map(withLimit), namespace('apps', { team: 'a' }), namespace('kube-system'), role];
  await occupied('limited', { target: deriveTarget(objects, { name: 'limited' }), booted });

  const find = (name: string) => cluster.client.find({ apiVersion: 'v1', kind: 'Namespace', name });
  const owned = ownedObjects(cluster, 'limited');
  expect(['apps', 'shop', 'web', 'kube-system'].filter((name) => owned.ownsNamespace(name))).toEqual(expected);
  expect((await find('apps'))?.metadata.labels).toMatchObject({ team: 'a' });
});

const lease = (spec: object): RawObject => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'kube-state-metrics-conformance', namespace: 'monitoring' },
  spec,
});

const spec = { holderIdentity: '3f2a1b_4711_build_host', leaseDurationSeconds: 60, renewTime: '2026-01-01T12:00:00.000000Z' };
const after = (seconds: number) => Date.parse('2026-01-01T12:00:00Z') + 1000 * seconds;

test('a holder is in progress as long as its Lease is renewed in time', () => {
  const holder = { run: '3f2a1b', process: '4711', host: 'build_host', renewedAt: spec.renewTime };
  expect(holderOf(lease(spec), after(59))).toEqual({ ...holder, isInProgress: true });
  expect(holderOf(lease(spec), after(61))).toEqual({ ...holder, isInProgress: false });
});

test('a Lease that no run wrote is described as such, without a command that removes it', () => {
  expect(holderOf(lease({ holderIdentity: 'somebody' }))).toBeUndefined();
  expect(describeHolder(lease({ holderIdentity: 'somebody' }))).toMatch(/exists, and no run of this suite created it/);
});

describe('a Lease that can no longer be renewed', () => {
  const timers = import.meta.jest;
  // The simulated cluster needs all others.
  const real = ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setTimeout'] as const;
  beforeEach(() => timers.useFakeTimers({ doNotFake: [...real, 'clearImmediate', 'clearTimeout'] }));
  afterEach(() => timers.useRealTimers());

  test.each([
    ['while the run uses the cluster is a warning, once', { outlivesRun: false, removes: false, status: 503, warned: 1 }],
    ['as its cluster is removed with the run is none', { outlivesRun: false, removes: true, status: 503, warned: 0 }],
    ['as it has been removed is none', { outlivesRun: true, removes: true, status: 404, warned: 0 }],
    ['while other objects are removed is a warning, once', { outlivesRun: true, removes: true, status: 503, warned: 1 }],
  ])('%s', async (_, { outlivesRun, removes, status, warned }) => {
    const record = new CreationRecord(join(cluster.directory, 'lease.jsonl'));
    record.begin({ run: 'run', server: '', outlivesRun });
    const refused = new ApiError('PATCH', '/lease', status, '', '');
    const client = { merge: () => Promise.reject(refused) } as unknown as KubeClient;
    const objects = { record, create: async (object: KubernetesObject) => object } as unknown as OwnedObjects;
    const sentences: string[] = [];
    await holdNamespace({ client, objects }, 'monitoring', (sentence) => void sentences.push(sentence));
    if (removes) record.close();
    rmSync(record.file);
    await timers.advanceTimersByTimeAsync(60_000);

    expect(sentences).toHaveLength(warned);
  });
});
