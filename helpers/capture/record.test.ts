import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simulatedCluster } from '../../simulator/testing.ts';
import { findDeployment } from '../exporter/find.ts';
import { knownTargets } from '../exporter/known.ts';
import { readKubeconfig } from '../kube/kubeconfig.ts';
import { referenceOf } from '../kube/reference.ts';
import { Interruption } from '../run/interruption.ts';
import { parseOptions } from '../run/options.ts';
import { readCapture, writeCapture } from './capture.ts';
import { explainCapture } from './explain-capture.ts';
import { recordCaptures } from './record.ts';

const cluster = simulatedCluster('test');

/** Records a capture on the simulated cluster as an existing one. */
async function capture(...more: string[]) {
  const kubeconfig = join(cluster.directory, 'kubeconfig');
  expect(existsSync(kubeconfig)).toBe(true);
  const { context } = readKubeconfig(kubeconfig, undefined);
  const where = ['--cluster', 'kubeconfig', '--kubeconfig', kubeconfig, '--context', context];
  const options = parseOptions([...where, '--reports', join(cluster.directory, 'reports'), ...more]);
  const log = () => undefined;
  return recordCaptures({ options, args: [], into: cluster.directory, id: 'capture', interruption: new Interruption(), log });
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

test('each process of a sharded exporter is captured with its own share, and every sample of it is explained', async () => {
  const objects = structuredClone(knownTargets.current.rendering()).filter(({ kind }) => kind !== 'Deployment');
  const { spec, metadata, ...deployment } = findDeployment(knownTargets.current.rendering());
  const shards = [0, 1].map((ordinal) => {
    const labels = { ...spec.template.metadata?.labels, shard: String(ordinal) };
    const [container] = spec.template.spec.containers;
    const args = ['--resources=configmaps,services', `--shard=${ordinal}`, '--total-shards=2'];
    const template = { metadata: { labels }, spec: { ...spec.template.spec, containers: [{ ...container, args }] } };
    const own = { ...metadata, name: `${metadata.name}-${ordinal}` };
    return { ...deployment, metadata: own, spec: { ...spec, selector: { matchLabels: labels }, template } };
  });
  const file = join(cluster.directory, 'shards.json');
  writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [...objects, ...shards] }));

  const captured = await capture('--manifests', file, '--profile', 'deployment-sharding');

  expect(captured.map(({ part }) => part)).toEqual(['0', '1']);
  for (const [ordinal, { capture: recorded }] of captured.entries()) {
    expect(recorded.origin.args).toContain(`--shard=${ordinal}`);
    const directory = join(cluster.directory, 'captures', String(ordinal));
    await writeCapture(directory, recorded);
    const written = readCapture(directory);
    expect(new Set(written.objects.map(({ kind }) => kind))).toEqual(new Set(['ConfigMap', 'Service']));
    const { accounting } = await explainCapture(written, 'text');
    expect(accounting).toMatchObject({ missing: [], unexplained: [], unequal: [] });
    expect(accounting.samples).toBeGreaterThan(10);
  }
}, 120_000);
