import { simulatedCluster } from '../../simulator/testing.ts';
import type { RawObject } from '../kube/object.ts';
import { seconds, waitFor } from '../wait.ts';
import { runLabel } from './label.ts';
import { makeNamespace } from './namespace.ts';
import { listLabelled, removeObjects } from './remove-objects.ts';

const cluster = simulatedCluster('test');

const inNamespace = (namespace: string) => cluster.client.list({ apiVersion: 'v1', kind: 'Pod', namespace });

const spec = {
  terminationGracePeriodSeconds: 30,
  containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '60'] }],
};

async function create(
  kind: string,
  name: string,
  run: string | undefined,
  fields: object = {},
  namespace = 'made',
): Promise<void> {
  const metadata = {
    name,
    ...(kind === 'Node' ? {} : { namespace }),
    ...(run === undefined ? {} : { labels: { [runLabel]: run } }),
  };
  const object: RawObject = { apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, metadata, ...fields };
  await cluster.client.create(object);
}

test('what a run made goes, with what controllers made of it, and what others made stays', async () => {
  await makeNamespace(cluster.client, 'made', 'mine');
  await makeNamespace(cluster.client, 'shared', 'theirs');
  await create('ConfigMap', 'mine', 'mine', {}, 'shared');
  await create('ConfigMap', 'theirs', 'theirs', {}, 'shared');
  await create('Pod', 'nobodys', undefined, { spec }, 'shared');
  const template = { metadata: { labels: { app: 'a' } }, spec };
  await create('Deployment', 'a', 'mine', { spec: { selector: { matchLabels: { app: 'a' } }, template } });
  await waitFor({
    what: 'the pod of the Deployment',
    within: seconds(3),
    observe: () => inNamespace('made'),
    until: ({ length }) => length === 1,
    describe: ({ length }) => `${length}`,
  });
  expect(await removeObjects(cluster.client, { run: 'mine', hurried: true })).toEqual([]);
  expect(await listLabelled(cluster.client, `${runLabel}=mine`)).toEqual([]);
  expect(await inNamespace('made')).toEqual([]);
  expect((await listLabelled(cluster.client, runLabel)).map(({ metadata }) => metadata.name).sort()).toEqual([
    'shared',
    'theirs',
  ]);
  expect(await inNamespace('shared')).toHaveLength(1);
});

test('a pod on a node without a kubelet, which nobody would tell of as ended, is not waited for', async () => {
  await makeNamespace(cluster.client, 'made', 'mine');
  await create('Node', 'silent', 'mine');
  await create('Pod', 'bound', undefined, { spec: { ...spec, nodeName: 'silent' } });
  const begun = performance.now();
  expect(await removeObjects(cluster.client, { run: 'mine' })).toEqual([]);
  expect(performance.now() - begun).toBeLessThan(seconds(10));
});

test('without a run, what any run made goes', async () => {
  await makeNamespace(cluster.client, 'made', 'one');
  await create('ConfigMap', 'other', 'another', {}, 'default');
  expect(await removeObjects(cluster.client)).toEqual([]);
  expect(await listLabelled(cluster.client, runLabel)).toEqual([]);
});
