import pMap from 'p-map';
import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { formatReference, referenceOf } from '../../kube/reference.ts';
import { seconds, waitFor } from '../../wait.ts';

/** Everything in a cluster, by uid. */
export type ObjectsOfCluster = ReadonlyMap<string, KubernetesObject>;

/** How many requests are sent at the same time. */
const width = 16;

/** Reads every object of every kind as the API server returns it; Events come and go by themselves. */
export async function objectsOfCluster(client: KubeClient): Promise<ObjectsOfCluster> {
  const kinds = client.mapper.resources.filter(
    ({ subresource, verbs, kind }) =>
      subresource === undefined && verbs.includes('list') && verbs.includes('delete') && kind !== 'Event',
  );
  const lists = await pMap(
    kinds,
    async ({ apiVersion, kind }) => {
      const { items = [] } = await client.call<{ items?: KubernetesObject[] }>(
        'GET',
        client.mapper.collection({ apiVersion, kind }),
      );
      return items.map((item) => ({ ...item, apiVersion, kind }));
    },
    { concurrency: width },
  );
  return new Map(lists.flat().map((object) => [object.metadata.uid ?? '', object]));
}

/** Reads everything once nothing comes or goes any more: two readings in a row have the same objects, and none of them is on its way out. */
export async function settledObjects(client: KubeClient): Promise<ObjectsOfCluster> {
  let before: readonly string[] = [];
  const settled = await waitFor({
    what: 'two readings in a row with the same objects',
    within: seconds(60),
    observe: async () => {
      const objects = await objectsOfCluster(client);
      const uids = [...objects.keys()];
      const difference = [...uids.filter((uid) => !before.includes(uid)), ...[...objects.values()].filter(isGoing).map(nameOf)];
      const isSame = difference.length === 0 && before.length === uids.length;
      before = uids;
      return { objects, isSame, difference };
    },
    until: ({ isSame }) => isSame,
    describe: ({ objects, difference }) => `${objects.size} objects, of which these come or go: ${difference.join(', ')}`,
  });
  return settled.objects;
}

function isGoing({ metadata }: KubernetesObject): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;
}

/** The objects of `before` that are gone or differ in a byte, one line each. */
export function lostOrChanged(before: ObjectsOfCluster, after: ObjectsOfCluster): readonly string[] {
  return [...before].flatMap(([uid, object]) => {
    const now = after.get(uid);
    const name = nameOf(object);
    if (now === undefined) return [`${name} is gone`];
    return JSON.stringify(now) === JSON.stringify(object) ? [] : [`${name} has changed`];
  });
}

/** What is there now and was not before. */
export function added(before: ObjectsOfCluster, after: ObjectsOfCluster): readonly KubernetesObject[] {
  return [...after].filter(([uid]) => !before.has(uid)).map(([, object]) => object);
}

/**
 * Deletes all that was added to a cluster, and waits until it is gone.
 * @throws NotObserved that names what stays
 */
export async function removeAdded(client: KubeClient, before: ObjectsOfCluster): Promise<void> {
  await waitFor({
    what: 'everything gone that was added to the cluster',
    within: seconds(60),
    observe: async () => {
      const left = added(before, await objectsOfCluster(client));
      await pMap(
        left,
        (object) => client.send('DELETE', client.mapper.path(referenceOf(object)), { query: { gracePeriodSeconds: 0 } }),
        { concurrency: width },
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
