import pMap from 'p-map';
import { InfrastructureError } from '../../errors.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import type { KubeClient } from '../client.ts';
import type { KubernetesObject } from '../object.ts';
import type { Pod } from '../pod.ts';
import { formatReference, referenceOf } from '../reference.ts';
import { isNodeReady, type Node } from '../types.ts';
import { CreatedObjects } from './created-objects.ts';
import type { CreationRecord } from './creation-record.ts';
import { Dependents } from './dependents.ts';
import { failureOf, Leftovers, type StallLimits } from './leftovers.ts';

/** The time limit of the removal: a namespace is deleted after everything in it. */
const removalBudget = seconds(180);

/** The maximum number of concurrent requests. */
const width = 16;

/** How long after its start a removal checks again for objects of requests without a recorded outcome, in milliseconds. */
const lateCreation = seconds(2);

export interface Removal {
  /** Whether to delete pods without a grace period, as on a cluster of the suite's own. */
  readonly force?: boolean;
  /** How long the removal may make no progress; the default is for live clusters. */
  readonly stallLimits?: StallLimits;
}

/**
 * Deletes the objects that a record proves to be the run's, each by its uid, and waits until they and their dependents are gone. Failures
 * are retried and do not stop the removal.
 * @returns a line for each object that remains without further progress, with the reason and the command that removes it
 */
export async function removeCreated(
  client: KubeClient,
  record: CreationRecord,
  { force = false, stallLimits }: Removal = {},
): Promise<readonly string[]> {
  const created = new CreatedObjects(client, record);
  const dependents = new Dependents(client, record);
  const leftovers = new Leftovers(client.mapper, stallLimits);
  const begun = performance.now();
  let leases: readonly KubernetesObject[] = [];
  try {
    await waitFor({
      what: 'the removal of everything that the run created',
      within: removalBudget,
      every: 500,
      observe: async () => {
        leftovers.nextRound();
        const isLate = performance.now() - begun > lateCreation;
        const unreachable = await failureOf(() => client.call('GET', '/version'));
        // A caller who may not read the version may still be allowed to delete.
        if (unreachable instanceof InfrastructureError) {
          for (const reference of [...created.remaining(), ...dependents.remaining()]) leftovers.failed(reference, unreachable);
          return leftovers.isEmpty;
        }
        await dependents.find();
        leases = await removeRound(client, created, leftovers, force);
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
    // The run ends, so other runs may use its namespace.
    for (const lease of leases) {
      const failure = await failureOf(() => client.remove(lease));
      if (failure !== undefined) leftovers.failed(referenceOf(lease), failure);
    }
    return leftovers.lines();
  }
}

/**
 * One attempt: namespaces first, as controllers then create nothing more in them, and Leases, which lock a namespace for the run, last.
 * Objects in a namespace of the run are deleted with it.
 * @returns the Leases that are kept until everything else is gone
 */
async function removeRound(
  client: KubeClient,
  created: CreatedObjects,
  leftovers: Leftovers,
  hurried: boolean,
): Promise<readonly KubernetesObject[]> {
  const existing = await created.findOwn(leftovers, width);
  const namespaces = existing.filter(({ kind }) => kind === 'Namespace');
  await remove(client, leftovers, namespaces);
  const inside = namespaces.map(({ metadata }) => metadata.name);
  for (const deleteEarly of [() => deletePodsIn(client, inside, hurried), () => deleteClaims(client, inside)]) {
    const failure = await failureOf(deleteEarly);
    if (failure === undefined) continue;
    for (const namespace of namespaces)
      leftovers.deleting(namespace, `; its pods and claims could not be deleted early: ${failure.message}`);
  }
  await remove(
    client,
    leftovers,
    existing.filter(({ kind }) => kind === 'Pod'),
    (pod) => deletePods(client, [pod as DeletedPod], hurried),
  );
  await remove(
    client,
    leftovers,
    existing.filter(({ kind }) => !['Namespace', 'Pod', 'Lease'].includes(kind)),
  );
  const leases = existing.filter(({ kind }) => kind === 'Lease');
  if (!leftovers.isEmpty) return leases;
  await remove(client, leftovers, leases);
  return [];
}

/** Deletes each object, and adds it to the leftovers until it is gone. */
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
      if (failure === undefined) leftovers.deleting(object);
      else leftovers.failed(referenceOf(object), failure);
    },
    { concurrency: width },
  );
}

/** The objects of all kinds with the label, which does not prove that they are the run's: for people, and for the suite's own clusters. */
export async function listLabelled(client: KubeClient, labelSelector: string): Promise<readonly KubernetesObject[]> {
  const kinds = client.mapper.resources.filter(
    ({ subresource, verbs }) => subresource === undefined && verbs.includes('list') && verbs.includes('delete'),
  );
  const lists = await Promise.all(kinds.map(({ apiVersion, kind }) => client.list({ apiVersion, kind }, { labelSelector })));
  const byUid = new Map(lists.flat().map((object) => [object.metadata.uid ?? formatReference(referenceOf(object)), object]));
  return [...byUid.values()];
}

const podKind = { apiVersion: 'v1', kind: 'Pod' };
const claimKind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };

interface DeletedPod extends Pod {
  readonly metadata: Pod['metadata'] & { readonly deletionGracePeriodSeconds?: number };
}

/**
 * Deletes pods with a short grace period. Otherwise each takes its own grace period, a namespace half as long again, and a pod on a node
 * without a kubelet a minute, until the garbage collector finds it.
 * @param force whether to delete without a grace period, which does not wait for the kubelet
 */
async function deletePods(client: KubeClient, pods: readonly DeletedPod[], hurried: boolean): Promise<void> {
  if (pods.every(({ metadata }) => metadata.deletionGracePeriodSeconds === 0)) return;
  const kubelets = hurried ? new Set<string>() : await readyNodes(client);
  const grace = ({ spec }: Pod) => (spec.nodeName !== undefined && kubelets.has(spec.nodeName) ? 1 : 0);
  const remaining = pods.filter((pod) => (pod.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY) > grace(pod));
  await removeEach(remaining, (pod) => client.remove(pod, grace(pod)));
}

/** Deletes all pods in namespaces that the run created. */
async function deletePodsIn(client: KubeClient, namespaces: readonly string[], hurried: boolean): Promise<void> {
  const lists = await Promise.all(namespaces.map((namespace) => client.list<DeletedPod>({ ...podKind, namespace })));
  await deletePods(client, lists.flat(), hurried);
}

/**
 * Deletes the claims of StatefulSets in namespaces that the run created. Otherwise the namespace controller, which finds a claim still
 * in use by a pod, retries only after up to 8 s.
 */
async function deleteClaims(client: KubeClient, namespaces: readonly string[]): Promise<void> {
  const lists = await Promise.all(namespaces.map((namespace) => client.list({ ...claimKind, namespace })));
  const remaining = lists.flat().filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  await removeEach(remaining, (claim) => client.remove(claim));
}

async function readyNodes(client: KubeClient): Promise<ReadonlySet<string>> {
  const nodes = await client.list<Node>({ apiVersion: 'v1', kind: 'Node' });
  return new Set(nodes.filter(isNodeReady).map(({ metadata }) => metadata.name));
}

/** @throws the first failure, once the removal of every object was tried */
async function removeEach<T>(objects: readonly T[], remove: (object: T) => Promise<unknown>): Promise<void> {
  const failures = await pMap(objects, (object) => failureOf(() => remove(object)), { concurrency: width });
  const first = failures.find((failure) => failure !== undefined);
  if (first !== undefined) throw first;
}
