import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '../../../simulator/start.ts';
import { inParallel } from '../../in-parallel.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { openCluster } from '../../kube/open.ts';
import { formatReference, referenceOf } from '../../kube/reference.ts';
import { seconds, waitFor } from '../../wait.ts';
import { createForeignObjects } from './foreign-objects.ts';

export interface ExistingClusterOptions {
  /** The release of Kubernetes whose APIs are served: `v1.34.1`. */
  readonly kubernetes?: string;
  /** The least number of objects of others. */
  readonly foreignObjects: number;
}

/** A simulated cluster with objects of others, as an existing cluster for one command after another. */
export class ExistingCluster {
  /** The objects that others created after the start, by uid. */
  readonly createdByOthers = new Map<string, KubernetesObject>();

  private constructor(
    private readonly simulator: Simulator,
    /** A client without a proxy. */
    readonly client: KubeClient,
    /** For the files of the commands; it is removed with the cluster. */
    readonly directory: string,
    private readonly options: ExistingClusterOptions,
    /** All objects at the start. */
    readonly before: ObjectsOfCluster,
    /** The number of objects of others at the start. */
    readonly foreignObjects: number,
  ) {}

  static async start(options: ExistingClusterOptions): Promise<ExistingCluster> {
    const { kubernetes = 'v1.34.1', foreignObjects } = options;
    const directory = mkdtempSync(join(tmpdir(), 'faults-'));
    const simulator = await startSimulator({
      kubernetes,
      domain: 'cluster.local',
      agents: 0,
      workloadImages: ['busybox:1.36'],
      directory,
    });
    const client = await openCluster(simulator.kubeconfig);
    const count = await createForeignObjects(client, foreignObjects);
    return new ExistingCluster(simulator, client, directory, options, await settledObjects(client), count);
  }

  /** The kubeconfig of the cluster's administrator. */
  get kubeconfig(): string {
    return this.simulator.kubeconfig;
  }

  /**
   * Creates objects of others, which must not change from then on.
   * @param settled resolves when controllers have handled them
   */
  async createAsOthers(
    objects: readonly KubernetesObject[],
    settled: () => Promise<unknown> = async () => undefined,
  ): Promise<void> {
    for (const object of objects) await this.client.create(object);
    await settled();
    const now = await settledObjects(this.client);
    for (const object of added(this.before, now)) this.createdByOthers.set(object.metadata.uid ?? '', object);
  }

  /** A cluster as at the start: this one, or a new one when objects of others were lost. */
  async restored(): Promise<ExistingCluster> {
    await removeAdded(this.client, this.before);
    this.createdByOthers.clear();
    if (lostOrChanged(this.before, await objectsOfCluster(this.client)).length === 0) return this;
    await this.stop();
    return ExistingCluster.start(this.options);
  }

  async stop(): Promise<void> {
    await this.simulator.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** All objects of a cluster, by uid. */
export type ObjectsOfCluster = ReadonlyMap<string, KubernetesObject>;

/** The number of parallel requests. */
const width = 16;

/** Reads all objects of all kinds, except Events, which are created and deleted all the time. */
async function objectsOfCluster(client: KubeClient): Promise<ObjectsOfCluster> {
  const kinds = client.mapper.resources.filter(
    ({ subresource, verbs, kind }) =>
      subresource === undefined && verbs.includes('list') && verbs.includes('delete') && kind !== 'Event',
  );
  const lists = await inParallel(kinds, width, async ({ apiVersion, kind }) => {
    const { items = [] } = await client.call<{ items?: KubernetesObject[] }>(
      'GET',
      client.mapper.collection({ apiVersion, kind }),
    );
    return items.map((item) => ({ ...item, apiVersion, kind }));
  });
  return new Map(lists.flat().map((object) => [object.metadata.uid ?? '', object]));
}

/** Reads all objects when they are settled: two readings in a row have the same objects, and none of them is being deleted. */
export async function settledObjects(client: KubeClient): Promise<ObjectsOfCluster> {
  let before: readonly string[] = [];
  const settled = await waitFor({
    what: 'two readings in a row with the same objects',
    within: seconds(60),
    observe: async () => {
      const objects = await objectsOfCluster(client);
      const uids = [...objects.keys()];
      const difference = [
        ...uids.filter((uid) => !before.includes(uid)),
        ...[...objects.values()].filter(isBeingDeleted).map(nameOf),
      ];
      const isSame = difference.length === 0 && before.length === uids.length;
      before = uids;
      return { objects, isSame, difference };
    },
    until: ({ isSame }) => isSame,
    describe: ({ objects, difference }) =>
      `${objects.size} objects, of which these are new or being deleted: ${difference.join(', ')}`,
  });
  return settled.objects;
}

function isBeingDeleted({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;
}

/** The objects of `before` that were deleted or changed, a line each. */
export function lostOrChanged(before: ObjectsOfCluster, after: ObjectsOfCluster): readonly string[] {
  return [...before].flatMap(([uid, object]) => {
    const now = after.get(uid);
    const name = nameOf(object);
    if (now === undefined) return [`${name} is gone`];
    return JSON.stringify(now) === JSON.stringify(object) ? [] : [`${name} has changed`];
  });
}

/** The objects of `after` that are not in `before`. */
export function added(before: ObjectsOfCluster, after: ObjectsOfCluster): readonly KubernetesObject[] {
  return [...after].filter(([uid]) => !before.has(uid)).map(([, object]) => object);
}

/**
 * Deletes the objects that were added to a cluster, and waits until they are gone.
 * @throws NotObserved with the objects that remain
 */
async function removeAdded(client: KubeClient, before: ObjectsOfCluster): Promise<void> {
  await waitFor({
    what: 'every added object gone',
    within: seconds(60),
    observe: async () => {
      const left = added(before, await objectsOfCluster(client));
      await inParallel(left, width, (object) =>
        client.send('DELETE', client.mapper.path(referenceOf(object)), { query: { gracePeriodSeconds: 0 } }),
      );
      return left;
    },
    until: (left) => left.length === 0,
    describe: (left) => left.map(nameOf).join(', '),
  });
}

function nameOf(object: KubernetesObject): string {
  return formatReference(referenceOf(object));
}
