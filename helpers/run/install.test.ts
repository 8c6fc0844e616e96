import { simulatedCluster } from '../../simulator/testing.ts';
import type { RawObject } from '../kube/object.ts';
import { knownTargets } from '../target/known.ts';
import { deriveTarget, type Target } from '../target/target.ts';
import { install, refuseWhatIsThere } from './install.ts';
import { runLabel } from './label.ts';
import { servedReads } from './reads.ts';

const agent = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });

const cluster = simulatedCluster('test');

const deployed = (target: Target) => {
  const { name, namespace = '' } = target.deployment.metadata;
  return cluster.client.find({ apiVersion: 'apps/v1', kind: 'Deployment', name, namespace });
};

function installed(target: Target, before: () => Promise<void> = async () => undefined) {
  return install(cluster.client, target, { run: 'planted', reads: servedReads(target, cluster.client.mapper), before });
}

test('everything is there with the run’s label, the Deployment after all that it rests on', async () => {
  let early: unknown = 'not asked';
  const { refused, deniedBeforeDeployment } = await installed(agent, async () => {
    early = await deployed(agent);
  });
  expect({ refused, deniedBeforeDeployment, early }).toEqual({ refused: [], deniedBeforeDeployment: [], early: undefined });
  expect((await deployed(agent))?.metadata.labels).toMatchObject({ [runLabel]: 'planted' });
});

test('what the API server refuses is told, and the rest applied all the same', async () => {
  const objects = agent.objects.map((object) =>
    object.kind === 'Service' ? ({ ...object, planted: true } as RawObject) : object,
  );
  const { refused } = await installed({ ...agent, objects });
  expect(refused).toEqual([{ object: expect.stringContaining('Service'), message: expect.stringContaining('planted') }]);
  expect(await deployed(agent)).toBeDefined();
});

test('what the ServiceAccount may not list is told by name, once RBAC has had its time', async () => {
  const objects = agent.objects.filter(({ kind }) => kind !== 'ClusterRoleBinding');
  const { deniedBeforeDeployment } = await installed({ ...agent, objects });
  expect(deniedBeforeDeployment).toContain('list pods');
  expect(deniedBeforeDeployment).toContain('list cronjobs.batch');
}, 30_000);

test('the failure of what is done beside is the installation’s, once nothing is being made any more', async () => {
  await expect(installed(agent, () => Promise.reject(new Error('planted')))).rejects.toThrow('planted');
  expect(await deployed(agent)).toBeUndefined();
});

test('nothing that is there is changed: the first such object is named, with whose it is', async () => {
  await expect(refuseWhatIsThere(cluster.client, agent)).resolves.toBeUndefined();
  await installed(agent);
  await expect(refuseWhatIsThere(cluster.client, agent)).rejects.toThrow(
    /is on the cluster already\. Run planted left it; remove it with npm run clean\./,
  );
});
