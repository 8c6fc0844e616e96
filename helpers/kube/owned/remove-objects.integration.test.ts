import { simulatedCluster } from '../../../simulator/testing.ts';
import { InfrastructureError } from '../../errors.ts';
import { makeNamespace } from '../../suite/namespace.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { KubernetesObject, RawObject } from '../object.ts';
import { runLabel } from '../run-label.ts';
import { type Fault, FaultyClient } from '../testing/faulty-client.ts';
import type { OwnedObjects } from './ownership.ts';
import { listLabelled } from './remove-objects.ts';
import { ownedObjects } from './testing/owned.ts';

const cluster = simulatedCluster('test');

/** Enough for a few attempts. */
const patience = { refused: seconds(2), failing: seconds(2) };

const inNamespace = (namespace: string) => cluster.client.list({ apiVersion: 'v1', kind: 'Pod', namespace });

const spec = {
  terminationGracePeriodSeconds: 30,
  containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '60'] }],
};

const namespaced = (kind: string, name: string, namespace: string, fields: object = {}): RawObject => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  metadata: { name, namespace },
  ...fields,
});

const deployment = (name: string, namespace: string) =>
  namespaced('Deployment', name, namespace, {
    spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec } },
  });

const ofAStranger = (object: RawObject, run = 'mine') =>
  cluster.client.create({ ...object, metadata: { ...object.metadata, labels: { [runLabel]: run } } });

async function podsIn(namespace: string): Promise<void> {
  await waitFor({
    what: `a pod in ${namespace}`,
    within: seconds(3),
    observe: () => inNamespace(namespace),
    until: ({ length }) => length > 0,
    describe: ({ length }) => `${length}`,
  });
}

/** A run with an object in each of two places and two kinds; nothing is sent for what meets a fault. */
async function runWithFaults(fault: (request: string) => Fault | undefined): Promise<OwnedObjects> {
  const faulty = { isOn: false };
  const through = new FaultyClient(cluster.client, (request) => (faulty.isOn ? fault(request) : undefined));
  const objects = ownedObjects(cluster, 'mine', { through });
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shared' } });
  for (const name of ['a', 'b']) await objects.create(namespaced('ConfigMap', name, 'shared'));
  await objects.create(namespaced('ServiceAccount', 'a', 'shared'));
  await makeNamespace(cluster.client, objects, 'made');
  faulty.isOn = true;
  return objects;
}

test('what a run created goes, with what controllers made of it; what others created stays, with whatever label', async () => {
  const objects = ownedObjects(cluster, 'mine');
  await cluster.client.create({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shared', labels: { [runLabel]: 'mine' } },
  });
  await makeNamespace(cluster.client, objects, 'made');
  await objects.create(namespaced('ConfigMap', 'mine', 'shared'));
  await objects.create(deployment('a', 'made'));
  await objects.create(deployment('b', 'shared'));
  const strangers = await ofAStranger(namespaced('ConfigMap', 'theirs', 'shared'));
  await ofAStranger(namespaced('Pod', 'nobodys', 'shared', { spec }));
  await podsIn('made');

  expect(await objects.removeAll({ hurried: true })).toEqual([]);

  const left = await listLabelled(cluster.client, runLabel);
  expect(left.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
    'ConfigMap theirs',
    'Namespace shared',
    'Pod nobodys',
  ]);
  expect(left).toContainEqual(strangers);
  expect(await inNamespace('made')).toEqual([]);
  expect((await inNamespace('shared')).map(({ metadata }) => metadata.name)).toEqual(['nobodys']);
  expect(await cluster.client.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: 'shared' })).toEqual([]);
  expect(objects.record.mayHaveLeftObjects).toBe(false);
});

test('what has taken the place of the run’s own object stays', async () => {
  const objects = ownedObjects(cluster, 'mine');
  const mine = await objects.create(namespaced('ConfigMap', 'replaced', 'default'));
  await cluster.client.remove(mine);
  const strangers: KubernetesObject = await ofAStranger(namespaced('ConfigMap', 'replaced', 'default'));

  expect(await objects.removeAll()).toEqual([]);

  expect(await cluster.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'replaced' })).toEqual(
    strangers,
  );
});

test('a pod on a node without a kubelet, whose end nobody reports, is not waited for', async () => {
  const objects = ownedObjects(cluster, 'mine');
  await makeNamespace(cluster.client, objects, 'made');
  await objects.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'silent' } });
  await cluster.client.create(namespaced('Pod', 'bound', 'made', { spec: { ...spec, nodeName: 'silent' } }));
  expect(await objects.removeAll()).toEqual([]);
  expect(await inNamespace('made')).toEqual([]);
});

test.each([
  ['the lists of a kind fail', (request: string) => /^GET .*\/(pods|configmaps)$/.test(request), []],
  ['an object is not to be deleted', (request: string) => request === 'DELETE /api/v1/namespaces/shared/configmaps/a', ['a']],
  ['an object is not to be read', (request: string) => request === 'GET /api/v1/namespaces/shared/configmaps/a', ['a']],
])(
  'removal goes on although %s',
  async (_, meets, left) => {
    const objects = await runWithFaults((request) => (meets(request) ? { status: 403, message: 'planted' } : undefined));

    const lines = await objects.removeAll({ patience });

    expect(lines).toEqual(
      left.map((name) =>
        expect.stringMatching(
          new RegExp(`^ConfigMap shared/${name}: .*403.*planted.*Remove it with: kubectl delete configmaps ${name} -n shared$`),
        ),
      ),
    );
    const still = await cluster.client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shared' });
    expect(still.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt')).toEqual(left);
    expect(await cluster.client.find({ apiVersion: 'v1', kind: 'Namespace', name: 'made' })).toBeUndefined();
    expect(objects.record.mayHaveLeftObjects).toBe(left.length > 0);
  },
  30_000,
);

test('what is refused for good is named alone, and the Lease that keeps other runs away is gone with the run', async () => {
  const refused = { status: 403, message: 'forbidden' };
  const objects = await runWithFaults((request) =>
    request === 'DELETE /api/v1/namespaces/shared/configmaps/a' ? refused : undefined,
  );
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'held', namespace: 'shared' } };
  await objects.create(lease);

  expect(await objects.removeAll({ hurried: true, patience })).toEqual([
    expect.stringMatching(/^ConfigMap shared\/a: .*forbidden/),
  ]);

  expect(await cluster.client.find({ ...lease, ...lease.metadata })).toBeUndefined();
});

test('what fails at first is tried again', async () => {
  const failures = new Map<string, number>();
  const objects = await runWithFaults((request) => {
    const before = failures.get(request) ?? 0;
    failures.set(request, before + 1);
    return before < 2 ? { status: 500, message: 'planted' } : undefined;
  });
  expect(await objects.removeAll()).toEqual([]);
}, 30_000);

test('with the API server gone, everything is named from the record, a namespace for all that is in it', async () => {
  const objects = await runWithFaults(() => new InfrastructureError('planted: nobody answers'));

  const lines = await objects.removeAll({ patience });

  const names = lines.map((line) => line.slice(0, line.indexOf(':')));
  expect(names.sort()).toEqual(['ConfigMap shared/a', 'ConfigMap shared/b', 'Namespace made', 'ServiceAccount shared/a']);
  expect(lines.every((line) => line.includes('nobody answers') && line.includes('kubectl delete'))).toBe(true);
}, 60_000);
