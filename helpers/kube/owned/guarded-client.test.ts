import { join } from 'node:path';
import { simulatedCluster } from '../../../simulator/testing.ts';
import { type ApiProxy, startProxy } from '../../mutation/proxy.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { KubeClient } from '../client.ts';
import type { KubernetesObject, RawObject } from '../object.ts';
import { openCluster } from '../open.ts';
import { FaultyClient } from '../testing/faulty-client.ts';
import { GuardedClient } from './guarded-client.ts';
import { ownedObjects } from './testing/owned.ts';

const cluster = simulatedCluster('file');

const template = {
  metadata: { labels: { app: 'guarded' } },
  spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '60'] }] },
};
const deployment: RawObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'guarded', namespace: 'shared' },
  spec: { selector: { matchLabels: { app: 'guarded' } }, template },
};
const configMap = (name: string, namespace: string): RawObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
});

/** A guarded client and its owned objects. */
function guarded() {
  const objects = ownedObjects(cluster, 'guarded', { clusterExists: true });
  return { objects, client: new GuardedClient(proxied, objects) };
}

let proxy: ApiProxy;
let proxied: KubeClient;
/** The writes that reached the API server. */
const sent: string[] = [];
let foreign: KubernetesObject;

beforeAll(async () => {
  const kubeconfig = join(cluster.directory, 'proxied');
  proxy = await startProxy(join(cluster.directory, 'kubeconfig'), kubeconfig);
  proxy.interference = {
    request: ({ method, path }) => {
      if (method !== 'GET') sent.push(`${method} ${path}`);
      return undefined;
    },
  };
  proxied = await openCluster(kubeconfig);
  for (const name of ['shared', 'monitoring']) {
    await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  foreign = await cluster.client.create(configMap('foreign', 'monitoring'));
});

beforeEach(() => {
  sent.length = 0;
});

afterAll(() => proxy.stop());

const system = '/api/v1/namespaces/kube-system/configmaps/coredns';
const bodies = { body: { metadata: { labels: { planted: 'true' } } }, contentType: 'application/merge-patch+json' };

test.each([
  ['POST', '/api/v1/namespaces/kube-system/configmaps', 'not that of a single object'],
  ['POST', '/api/v1/namespaces/monitoring/pods', 'not that of a single object'],
  ['DELETE', '/api/v1/namespaces/monitoring/configmaps', 'not that of a single object'],
  ['PATCH', system, "is the cluster's own"],
  ['PUT', system, "is the cluster's own"],
  ['DELETE', system, "is the cluster's own"],
  ['PATCH', '/apis/apps/v1/namespaces/kube-system/deployments/coredns', "is the cluster's own"],
  ['PATCH', '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/server', "is the cluster's own"],
  ['PATCH', '/api/v1/nodes/server', "is the cluster's own"],
  ['PATCH', '/api/v1/nodes/server/status', "is the cluster's own"],
  ['DELETE', '/api/v1/namespaces/kube-public', "is the cluster's own"],
  ['PATCH', '/api/v1/namespaces/monitoring/configmaps/foreign', 'did not create ConfigMap monitoring/foreign'],
  ['DELETE', '/api/v1/namespaces/monitoring/configmaps/foreign', 'did not create ConfigMap monitoring/foreign'],
  ['DELETE', '/api/v1/namespaces/monitoring', 'did not create Namespace monitoring'],
  ['POST', '/api/v1/namespaces/default/serviceaccounts/default/token', 'did not create ServiceAccount default/default'],
  ['PATCH', '/apis/unserved.example/v1/things/a', 'not that of a single object'],
])('%s %s is not sent', async (method, path, reason) => {
  const { client } = guarded();
  await expect(client.send(method, path, bodies)).rejects.toThrow(reason);
  await expect(client.withMapper(client.mapper).send(method, path, bodies)).rejects.toThrow(reason);
  expect(sent).toEqual([]);
});

test('writes to what the run created, what is in its namespaces and what controllers created for it are sent', async () => {
  const { client, objects } = guarded();
  await objects.createNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'own' } });
  await cluster.client.create(configMap('by-a-controller', 'own'));
  await objects.create(deployment);
  const pods = await waitFor({
    what: 'the pod of the Deployment',
    within: seconds(3),
    observe: () => client.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'shared' }),
    until: ({ length }) => length === 1,
    describe: ({ length }) => `${length}`,
  });
  const labels = { metadata: { labels: { changed: 'true' } } };
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'own', name: 'by-a-controller' };

  await client.merge({ ...deployment, namespace: 'shared', name: 'guarded' }, labels);
  await client.merge({ apiVersion: 'v1', kind: 'Pod', namespace: 'shared', name: pods[0]?.metadata.name ?? '' }, labels);
  await client.merge(reference, labels);
  await client.remove(await client.get(reference));

  expect(sent.filter((request) => !request.startsWith('POST'))).toHaveLength(4);
  expect(await client.find(reference)).toBeUndefined();
});

test('dry runs and access reviews are sent', async () => {
  const { client } = guarded();
  await client.apply(configMap('tried', 'monitoring'), { dryRun: true });
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { verb: 'list', resource: 'pods' } },
  };
  await client.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body: review });
  expect(await client.find({ ...configMap('tried', 'monitoring'), namespace: 'monitoring', name: 'tried' })).toBeUndefined();
});

test('an object is deleted by its uid: another one of that name remains', async () => {
  const { metadata } = foreign;
  const through = new FaultyClient(cluster.client);
  await through.remove({ ...foreign, metadata: { ...metadata, uid: 'another' } });
  expect(through.sent).toEqual(['DELETE /api/v1/namespaces/monitoring/configmaps/foreign']);
  expect(await cluster.client.find({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'monitoring', name: 'foreign' })).toEqual(
    foreign,
  );
  const { uid: _, ...unknown } = metadata;
  await expect(through.remove({ ...foreign, metadata: unknown })).rejects.toThrow('deleted only by its uid');
});
