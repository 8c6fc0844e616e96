import { readFileSync, statSync } from 'node:fs';
import { simulatedCluster } from '../../../simulator/testing.ts';
import { InfrastructureError } from '../../errors.ts';
import type { RawObject } from '../object.ts';
import { runLabel } from '../run-label.ts';
import { FaultyClient } from '../testing/faulty-client.ts';
import { ownedObjects } from './testing/owned.ts';

const cluster = simulatedCluster('file');

const configMap = (name: string, namespace = 'default'): RawObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
});

const lineOf = (text: string, index: number) => JSON.parse(text.trim().split('\n').at(index) ?? '') as Record<string, string>;

test('the record has the intent and its nonce before the object is created, and its uid before anything else', async () => {
  const atRequest: string[] = [];
  const through = new FaultyClient(cluster.client, () => {
    atRequest.push(readFileSync(objects.record.file, 'utf8'));
    return undefined;
  });
  const objects = ownedObjects(cluster, 'recorded', { through });
  const { metadata } = await objects.create(configMap('recorded'));

  const intent = lineOf(atRequest[0] ?? '', -1);
  expect(intent).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'recorded' });
  expect(metadata.annotations).toEqual({ 'conformance.kube-state-metrics/created-by': `recorded/${intent.intent}` });
  expect(metadata.labels).toEqual({ [runLabel]: 'recorded' });
  expect(lineOf(readFileSync(objects.record.file, 'utf8'), -1)).toEqual({ created: intent.intent, uid: metadata.uid });
  expect(statSync(objects.record.file).mode & 0o777).toBe(0o600);
});

test('what is there already is refused by its name and whose it is, and is no part of the run', async () => {
  const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
  const stranger = configMap('strangers');
  const before = await cluster.client.create({ ...stranger, metadata: { ...stranger.metadata, labels } });
  const objects = ownedObjects(cluster, 'refused');

  await expect(objects.create(stranger)).rejects.toThrow(
    /^ConfigMap default\/strangers exists already, .*created at .*; managed by Helm/,
  );

  expect(objects.record.entries()).toEqual([]);
  expect(await cluster.client.get({ ...stranger, namespace: 'default', name: 'strangers' })).toEqual(before);
});

test('a namespace that exists is used, and neither labelled nor the run’s', async () => {
  const objects = ownedObjects(cluster, 'guest');
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };
  const before = await cluster.client.get({ ...namespace, name: 'default' });

  expect(await objects.createNamespace(namespace)).toBe(false);

  expect(await cluster.client.get({ ...namespace, name: 'default' })).toEqual(before);
  expect(objects.ownsNamespace('default')).toBe(false);
});

test('what another process of the run created is the run’s as well', async () => {
  const { metadata } = await ownedObjects(cluster, 'shared').create(configMap('shared'));
  const again = ownedObjects(cluster, 'shared');
  expect(again.owns({ apiVersion: 'v1', kind: 'ConfigMap', metadata })).toBe(true);
  expect(again.owns({ ...configMap('shared'), metadata: { ...metadata, uid: 'another' } })).toBe(false);
});

test('on a cluster that exists, nothing is created in its own namespaces, nor a node', async () => {
  const through = new FaultyClient(cluster.client);
  const objects = ownedObjects(cluster, 'careful', { clusterExists: true, through });
  for (const namespace of ['kube-system', 'kube-public', 'kube-node-lease']) {
    await expect(objects.create(configMap('planted', namespace))).rejects.toThrow(
      `ConfigMap ${namespace}/planted is not created`,
    );
  }
  await expect(objects.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'planted' } })).rejects.toThrow(
    'is not created',
  );
  expect(through.sent).toEqual([]);
});

test('once removal has begun nothing more is created, and what is under way is waited for and removed', async () => {
  const objects = ownedObjects(cluster, 'interrupted');
  const underWay = ['one', 'two', 'three'].map((name) => objects.create(configMap(`interrupted-${name}`)));

  expect(await objects.removeAll()).toEqual([]);

  await Promise.all(underWay);
  const left = await cluster.client.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { labelSelector: `${runLabel}=interrupted` });
  expect(left).toEqual([]);
  await expect(objects.create(configMap('late'))).rejects.toThrow('the run is being removed');
  await expect(ownedObjects(cluster, 'interrupted').create(configMap('late'))).rejects.toThrow('the run is being removed');
});

test('an object whose answer was lost is removed by the nonce that it carries, and one of that name without it is not', async () => {
  const lost = () => new InfrastructureError('planted: the connection was reset');
  const cutOff = (request: string) => (request.startsWith('POST') ? lost() : undefined);
  const through = new FaultyClient(cluster.client, cutOff, true);
  const objects = ownedObjects(cluster, 'lost', { through });
  await expect(objects.create(configMap('lost'))).rejects.toThrow('reset');
  const unsent = ownedObjects(cluster, 'lost', { through: new FaultyClient(cluster.client, cutOff) });
  await expect(unsent.create(configMap('strangers-later'))).rejects.toThrow('reset');
  const stranger = await cluster.client.create({
    ...configMap('strangers-later'),
    metadata: { name: 'strangers-later', namespace: 'default', labels: { [runLabel]: 'lost' } },
  });

  expect(await objects.removeAll()).toEqual([]);

  const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' };
  expect(await cluster.client.find({ ...reference, name: 'lost' })).toBeUndefined();
  expect(await cluster.client.find({ ...reference, name: 'strangers-later' })).toEqual(stranger);
});

test('what the API server refuses is not the run’s, and an unknown field is refused', async () => {
  const objects = ownedObjects(cluster, 'strict');
  await expect(objects.create({ ...configMap('strict'), planted: true })).rejects.toThrow('unknown field "planted"');
  expect(objects.record.entries()).toEqual([]);
});
