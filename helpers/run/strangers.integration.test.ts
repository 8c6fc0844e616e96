import { cpSync } from 'node:fs';
import { simulatedCluster } from '../../simulator/testing.ts';
import { firstApply, secondApply } from '../../specs/manifests/apply.ts';
import { InstalledTarget } from '../exporter/installed.ts';
import { knownTargets } from '../exporter/known.ts';
import { servedReads } from '../exporter/reads.ts';
import { deriveTarget } from '../exporter/target.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import { GuardedClient } from '../kube/owned/guarded-client.ts';
import { ownedObjects } from '../kube/owned/testing/owned.ts';
import { runLabel } from '../kube/run-label.ts';
import { createFixtures } from '../suite/fixtures.ts';
import { cleanCluster } from './clean-cluster.ts';
import { install } from './install.ts';
import { occupy } from './occupy.ts';

const cluster = simulatedCluster('test');
const agent = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });
const { namespace } = agent;
const run = { id: 'visits', clusterKind: 'kubeconfig', kubernetes: 'v1.24.17', workloadImage: 'busybox:1.36' } as const;

/** A namespace of strangers, whose objects even carry the label of the run. */
const planted: readonly RawObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace }, data: { key: 'value' } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'theirs', namespace }, data: { key: 'dmFsdWU=' } },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'theirs', namespace },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'none', resources: { requests: { storage: '1Gi' } } },
  },
].map((object) => ({ ...object, metadata: { ...object.metadata, labels: { [runLabel]: run.id } } }));

const live = () =>
  Promise.all(
    planted.map(({ apiVersion, kind, metadata }) =>
      cluster.client.find({ apiVersion, kind, name: metadata.name, ...(kind === 'Namespace' ? {} : { namespace }) }),
    ),
  );

/** Everything on the cluster that a run or a stranger may have created, by kind and name. */
async function allNames(): Promise<readonly string[]> {
  const kinds = cluster.client.mapper.resources.filter(
    ({ subresource, verbs, kind }) => subresource === undefined && verbs.includes('list') && kind !== 'Event',
  );
  const lists = await Promise.all(kinds.map((kind) => cluster.client.list(kind)));
  const name = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
  return lists.flat().map(name).sort();
}

async function installed() {
  const objects = ownedObjects(cluster, run.id, { clusterExists: true });
  const client = new GuardedClient(cluster.client, objects);
  await occupy({ client, objects, booted: false }, agent, () => undefined);
  const reads = servedReads(agent, client.mapper);
  const { refused } = await install(client, agent, { objects, reads, before: () => createFixtures(client, objects, run) });
  expect(refused).toEqual([]);
  await new InstalledTarget(client, agent).pod();
  return { objects, client };
}

test('a run that installs, applies again and removes leaves strangers’ objects as they were, and nothing of its own', async () => {
  for (const object of planted) await cluster.client.create(object);
  const [before, names] = [await live(), await allNames()];
  const { objects, client } = await installed();

  const first = await firstApply(client, agent.objects, objects);
  const second = await secondApply(client, first.objects);
  expect(await objects.removeAll()).toEqual([]);

  expect(first.objects.map(({ kind }) => kind)).not.toContain('Namespace');
  expect(first.objects.length).toBeGreaterThan(4);
  expect([...first.changed, ...second.own]).toEqual([]);
  expect(await live()).toEqual(before);
  expect(await allNames()).toEqual(names);
}, 60_000);

test('after a run that was killed, clean removes what its record proves and nothing else', async () => {
  for (const object of planted) await cluster.client.create(object);
  const [before, names] = [await live(), await allNames()];
  const { objects } = await installed();
  cpSync(objects.record.file, `${cluster.directory}/run/created.jsonl`);
  const printed: string[] = [];
  const clean = (options: { run?: string; dryRun?: boolean } = {}) =>
    cleanCluster(cluster.client, { reports: cluster.directory, dryRun: false, ...options, print: (line) => printed.push(line) });

  expect(await clean()).toBe(0);
  expect(printed.join('\n')).toContain('Run visits is in progress');
  expect((await allNames()).length).toBeGreaterThan(names.length);

  expect(await clean({ run: run.id, dryRun: true })).toBe(0);
  expect((await allNames()).length).toBeGreaterThan(names.length);
  expect(await clean({ run: run.id })).toBe(0);

  expect(await live()).toEqual(before);
  expect(await allNames()).toEqual(names);
  printed.length = 0;
  expect(await clean()).toBe(0);
  expect(printed).toContain(
    `Not proven: ConfigMap ${namespace}/theirs, with the label of run visits, without a record here. If it is yours to remove: kubectl delete configmaps theirs -n ${namespace}`,
  );
}, 60_000);
