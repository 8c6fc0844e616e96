import pMap from 'p-map';
import { InfrastructureError } from '../../errors.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import type { KubeClient } from '../client.ts';
import type { KubernetesObject } from '../object.ts';
import { formatReference, referenceOf } from '../reference.ts';
import { CreatedObjects } from './created-objects.ts';
import type { CreationRecord } from './creation-record.ts';
import { Dependents } from './dependents.ts';
import { type EndingPod, endPods, endPodsIn, removeClaims } from './end-made.ts';
import { failureOf } from './failure-of.ts';
import { Leftovers, type Patience } from './leftovers.ts';

/** How long deletion may take: namespaces go when everything in them has gone. */
const removalBudget = seconds(180);

/** How many objects are looked at or deleted at the same time. */
const width = 16;

/** How long after its start a removal looks once more for what a request may have created that nobody waited for, in milliseconds. */
const lateCreation = seconds(2);

export interface Removal {
  /** Whether the cluster is one of the suite's own, whose pods nobody has to wait for. */
  readonly hurried?: boolean;
  /** When to give up; the usual where it is left out. */
  readonly patience?: Patience;
}

/**
 * Deletes what a record proves to be created by its run, each object by its uid, and waits until it is gone, with what controllers
 * made of it. It goes on past failures and tries again.
 * @returns what is left when nothing changes any more, one line each with the reason and the command that removes it
 */
export async function removeCreated(
  client: KubeClient,
  record: CreationRecord,
  { hurried = false, patience }: Removal = {},
): Promise<readonly string[]> {
  const created = new CreatedObjects(client, record);
  const dependents = new Dependents(client, record);
  const leftovers = new Leftovers(client.mapper, patience);
  const begun = performance.now();
  let held: readonly KubernetesObject[] = [];
  try {
    await waitFor({
      what: 'everything gone that the run created',
      within: removalBudget,
      every: 500,
      observe: async () => {
        leftovers.nextRound();
        const isLate = performance.now() - begun > lateCreation;
        const unreachable = await failureOf(() => client.call('GET', '/version'));
        // A caller who may not read the version may still delete.
        if (unreachable instanceof InfrastructureError) {
          for (const reference of [...created.unsettled(), ...dependents.unsettled()]) leftovers.failed(reference, unreachable);
          return leftovers.isEmpty;
        }
        await dependents.find();
        held = await removeRound(client, created, leftovers, hurried);
        if (leftovers.isEmpty) await dependents.wait(leftovers);
        return leftovers.isEmpty && (isLate || !created.hasUnanswered());
      },
      until: (isDone) => isDone,
      describe: () => leftovers.lines().join('; '),
      hopeless: () => leftovers.hopeless(),
    });
    record.removed();
    return [];
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
    // The run ends all the same, and others may work in its namespace.
    for (const lease of held) {
      const failure = await failureOf(() => client.remove(lease));
      if (failure !== undefined) leftovers.failed(referenceOf(lease), failure);
    }
    return leftovers.lines();
  }
}

/**
 * One attempt at everything: namespaces first, as from then on no controller makes anything in them; what keeps others away from the
 * namespace of the run last. What is in a namespace that the run created goes with it.
 * @returns the Leases that are held until everything else is gone
 */
async function removeRound(
  client: KubeClient,
  created: CreatedObjects,
  leftovers: Leftovers,
  hurried: boolean,
): Promise<readonly KubernetesObject[]> {
  const live = await created.look(leftovers, width);
  const namespaces = live.filter(({ kind }) => kind === 'Namespace');
  await remove(client, leftovers, namespaces);
  const inside = namespaces.map(({ metadata }) => metadata.name);
  for (const end of [() => endPodsIn(client, inside, hurried), () => removeClaims(client, inside)]) {
    const failure = await failureOf(end);
    if (failure === undefined) continue;
    for (const namespace of namespaces)
      leftovers.ending(namespace, `; what is in it could not be ended early: ${failure.message}`);
  }
  await remove(
    client,
    leftovers,
    live.filter(({ kind }) => kind === 'Pod'),
    (pod) => endPods(client, [pod as EndingPod], hurried),
  );
  await remove(
    client,
    leftovers,
    live.filter(({ kind }) => !['Namespace', 'Pod', 'Lease'].includes(kind)),
  );
  const leases = live.filter(({ kind }) => kind === 'Lease');
  if (!leftovers.isEmpty) return leases;
  await remove(client, leftovers, leases);
  return [];
}

/** Sends the deletion of each object, and notes what became of it. */
async function remove(
  client: KubeClient,
  leftovers: Leftovers,
  objects: readonly KubernetesObject[],
  send = (object: KubernetesObject) => client.remove(object),
): Promise<void> {
  await pMap(
    objects,
    async (object) => {
      const isDeleted = object.metadata.deletionTimestamp !== undefined && object.kind !== 'Pod';
      const failure = isDeleted ? undefined : await failureOf(() => send(object));
      if (failure === undefined) leftovers.ending(object);
      else leftovers.failed(referenceOf(object), failure);
    },
    { concurrency: width },
  );
}

/** Everything of every kind with the label, which proves nothing: for people, and for clusters that are the suite's own. */
export async function listLabelled(client: KubeClient, labelSelector: string): Promise<readonly KubernetesObject[]> {
  const kinds = client.mapper.resources.filter(
    ({ subresource, verbs }) => subresource === undefined && verbs.includes('list') && verbs.includes('delete'),
  );
  const lists = await Promise.all(kinds.map(({ apiVersion, kind }) => client.list({ apiVersion, kind }, { labelSelector })));
  const byUid = new Map(lists.flat().map((object) => [object.metadata.uid ?? formatReference(referenceOf(object)), object]));
  return [...byUid.values()];
}
