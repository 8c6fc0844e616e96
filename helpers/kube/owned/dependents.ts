import type { KubeClient } from '../client.ts';
import type { KubernetesObject } from '../object.ts';
import { type Reference, referenceOf } from '../reference.ts';
import { namespacesIn } from './created-objects.ts';
import type { CreationRecord } from './creation-record.ts';
import type { Leftovers } from './leftovers.ts';
import { failureOf } from './leftovers.ts';

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

const pod: Kind = { apiVersion: 'v1', kind: 'Pod' };
const revision: Kind = { apiVersion: 'apps/v1', kind: 'ControllerRevision' };

/** The kinds of objects that controllers create for an object, with an owner reference to it. */
const dependentKinds: Readonly<Record<string, readonly Kind[]>> = {
  Deployment: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, pod],
  ReplicaSet: [pod],
  ReplicationController: [pod],
  StatefulSet: [pod, revision],
  DaemonSet: [pod, revision],
  Job: [pod],
  CronJob: [{ apiVersion: 'batch/v1', kind: 'Job' }, pod],
  Service: [{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' }],
};

/**
 * The objects that controllers created for a run's objects in namespaces that existed before. They are found by the uid of their owner;
 * the garbage collector deletes them, and the removal waits until they are gone.
 */
export class Dependents {
  /** The dependents by uid, as last read. */
  readonly #known = new Map<string, KubernetesObject>();
  readonly #listed = new Set<string>();

  constructor(
    private readonly client: KubeClient,
    private readonly record: CreationRecord,
  ) {}

  remaining(): readonly Reference[] {
    return [...this.#known.values()].map(referenceOf);
  }

  /** Finds the dependents while their owners exist: without an owner, a dependent of a dependent cannot be traced to the run. */
  async find(): Promise<void> {
    for (const collection of this.#collections()) {
      const key = `${collection.namespace} ${collection.kind}`;
      if (this.#listed.has(key)) continue;
      if ((await failureOf(() => this.#list(collection))) === undefined) this.#listed.add(key);
    }
    for (const { reference } of this.#owners('Service')) {
      // Endpoints have no owner, only the name of their Service.
      const endpoints = { ...reference, apiVersion: 'v1', kind: 'Endpoints' };
      await failureOf(async () => this.#remember(await this.client.find(endpoints)));
    }
  }

  /** Reports the dependents that still exist after their owners are gone. */
  async wait(leftovers: Leftovers): Promise<void> {
    for (const collection of this.#collections()) {
      const failure = await failureOf(() => this.#list(collection));
      if (failure !== undefined) leftovers.unlisted(collection, failure);
    }
    for (const [uid, object] of this.#known) {
      const failure = await failureOf(async () => {
        const found = await this.client.find(referenceOf(object));
        if (found?.metadata.uid !== uid) this.#known.delete(uid);
        else leftovers.deleting(found);
      });
      if (failure !== undefined) leftovers.failed(referenceOf(object), failure);
    }
  }

  async #list(collection: Omit<Reference, 'name'>): Promise<void> {
    const owners = new Set(this.record.entries().flatMap(({ uid }) => uid ?? []));
    for (const object of await this.client.list(collection)) {
      const isOwned = object.metadata.ownerReferences?.some(({ uid }) => owners.has(uid) || this.#known.has(uid));
      if (isOwned) this.#remember(object);
    }
  }

  #remember(object: KubernetesObject | undefined): void {
    if (object?.metadata.uid !== undefined) this.#known.set(object.metadata.uid, object);
  }

  /** The lists to read, owners before their dependents. */
  #collections(): readonly (Kind & { readonly namespace: string })[] {
    const collections = Object.entries(dependentKinds).flatMap(([owner, kinds]) =>
      this.#owners(owner).flatMap(({ reference: { namespace = '' } }) => kinds.map((kind) => ({ ...kind, namespace }))),
    );
    const served = collections.filter(({ apiVersion, kind }) => this.client.mapper.serves(apiVersion, kind));
    return [...new Map(served.map((collection) => [`${collection.namespace} ${collection.kind}`, collection])).values()].sort(
      (a, b) => Number(a.kind === 'Pod') - Number(b.kind === 'Pod'),
    );
  }

  #owners(kind: string) {
    const entries = this.record.entries();
    const own = namespacesIn(entries);
    return entries.filter(
      ({ reference, uid }) => reference.kind === kind && uid !== undefined && !own.has(reference.namespace ?? ''),
    );
  }
}
