import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { simulatedCluster } from '../../simulator/testing.ts';
import { knownTargets } from '../exporter/known.ts';
import { readKubeconfig } from '../kube/kubeconfig.ts';
import { referenceOf } from '../kube/reference.ts';
import { Interruption } from '../run/interruption.ts';
import { parseOptions } from '../run/options.ts';
import { recordCapture } from './record.ts';

const cluster = simulatedCluster('file');

/** Records a capture on the simulated cluster as an existing one. */
async function capture(...more: string[]) {
  const kubeconfig = join(cluster.directory, 'kubeconfig');
  expect(existsSync(kubeconfig)).toBe(true);
  const { context } = readKubeconfig(kubeconfig, undefined);
  const where = ['--cluster', 'kubeconfig', '--kubeconfig', kubeconfig, '--context', context];
  const options = parseOptions([...where, '--reports', join(cluster.directory, 'reports'), ...more]);
  const log = () => undefined;
  return recordCapture({ options, args: [], into: cluster.directory, id: 'capture', interruption: new Interruption(), log });
}

test('an existing exporter is neither captured nor changed nor removed', async () => {
  const rendering = knownTargets.agent.rendering();
  const namespace = rendering.find(({ kind }) => kind === 'Deployment')?.metadata.namespace ?? '';
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const objects = rendering.filter(({ kind }) => kind !== 'Namespace' && kind !== 'Deployment');
  for (const object of objects) await cluster.client.create(object);
  const live = () => Promise.all(objects.map((object) => cluster.client.get(referenceOf(object))));
  const before = await live();

  await expect(capture()).rejects.toThrow('is on the cluster already');

  expect(await live()).toEqual(before);
  expect(await cluster.client.list({ apiVersion: 'v1', kind: 'Namespace' })).toHaveLength(5);
});

test('--audit is refused, as a capture installs', async () => {
  await expect(capture('--audit', 'app=a')).rejects.toThrow('A capture installs an exporter');
});
