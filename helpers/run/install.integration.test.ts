import { simulatedCluster } from '../../simulator/testing.ts';
import { knownTargets } from '../exporter/known.ts';
import { servedReads } from '../exporter/reads.ts';
import { deriveTarget, type Target } from '../exporter/target.ts';
import type { RawObject } from '../kube/object.ts';
import { ownedObjects } from '../kube/owned/testing/owned.ts';
import { runLabel } from '../kube/run-label.ts';
import { install } from './install.ts';

const agent = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });

const cluster = simulatedCluster('test');

const deployed = (target: Target) => {
  const { name, namespace = '' } = target.workload.metadata;
  return cluster.client.find({ apiVersion: 'apps/v1', kind: 'Deployment', name, namespace });
};

async function installed(target: Target, before: () => Promise<void> = async () => undefined) {
  const objects = ownedObjects(cluster, 'planted');
  await objects.createNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: target.namespace } });
  return install(cluster.client, target, { objects, reads: servedReads(target, cluster.client.mapper), before });
}

test('everything is created with the run’s label, the Deployment last', async () => {
  let early: unknown = 'not read';
  const { refused, deniedBeforeDeployment } = await installed(agent, async () => {
    early = await deployed(agent);
  });
  expect({ refused, deniedBeforeDeployment, early }).toEqual({ refused: [], deniedBeforeDeployment: [], early: undefined });
  expect((await deployed(agent))?.metadata.labels).toMatchObject({ [runLabel]: 'planted' });
});

test('what the API server refuses is returned, and the rest is created', async () => {
  const objects = agent.objects.map((object) =>
    object.kind === 'Service' ? ({ ...object, planted: true } as RawObject) : object,
  );
  const { refused } = await installed({ ...agent, objects });
  expect(refused).toEqual([{ object: expect.stringContaining('Service'), message: expect.stringContaining('planted') }]);
  expect(await deployed(agent)).toBeDefined();
});

test('what the ServiceAccount may not list is returned by name, after the time that RBAC may take', async () => {
  const objects = agent.objects.filter(({ kind }) => kind !== 'ClusterRoleBinding');
  const { deniedBeforeDeployment } = await installed({ ...agent, objects });
  expect(deniedBeforeDeployment).toContain('list pods');
  expect(deniedBeforeDeployment).toContain('list cronjobs.batch');
}, 30_000);

test('a failing fixture fails the installation, when nothing is being created any more', async () => {
  await expect(installed(agent, () => Promise.reject(new Error('planted')))).rejects.toThrow('planted');
  expect(await deployed(agent)).toBeUndefined();
});

test('an object that exists already is neither changed nor recorded as the run’s', async () => {
  const { name, namespace = '' } = agent.service.metadata;
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const strangers = await cluster.client.create(agent.service);
  await expect(installed(agent)).rejects.toThrow(`Service ${namespace}/${name} already exists`);
  expect(await cluster.client.get({ apiVersion: 'v1', kind: 'Service', namespace, name })).toEqual(strangers);
});
