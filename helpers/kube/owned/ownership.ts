import { UsageError } from '../../errors.ts';
import { ApiError } from '../api-error.ts';
import { fieldManager, type KubeClient } from '../client.ts';
import type { KubernetesObject, RawObject } from '../object.ts';
import { formatReference, type ResourceMapper, referenceOf } from '../reference.ts';
import { createdBy, labelled } from '../run-label.ts';
import { namespacesIn } from './created-objects.ts';
import type { CreationRecord } from './creation-record.ts';
import { isProtected } from './protected-places.ts';
import { type Removal, removeCreated } from './remove-objects.ts';
import { whoseIs } from './whose.ts';

/** An object of that name is there already, and it is not the run's. */
export class ObjectExists extends UsageError {
  constructor(
    readonly existing: KubernetesObject,
    run: string,
  ) {
    const { reference, sentence } = { reference: formatReference(referenceOf(existing)), sentence: whoseIs(existing) };
    super(`${reference} exists already, and run ${run} does not change what it did not create. ${sentence}`);
  }
}

/** Something was to be created when the removal of all that the run created had begun. */
class RemovalHasBegun extends Error {
  override readonly name = 'RemovalHasBegun';
}

/** What a run created on a cluster, and the only way to create more. */
export class OwnedObjects {
  /**
   * @param client sends what the record allows
   * @param clusterExists whether the cluster belongs to others, so that nothing may be created in its own namespaces
   */
  constructor(
    private readonly client: KubeClient,
    readonly record: CreationRecord,
    readonly run: string,
    private readonly clusterExists: boolean,
    private readonly underWay = new Set<Promise<unknown>>(),
  ) {}

  /**
   * Creates an object with the run's label and annotation, and records its uid before anything else happens. An unknown field is
   * refused, by Kubernetes 1.25 and later.
   * @returns the object as the API server stored it
   * @throws ObjectExists when there is one of that name, ApiError when the API server refuses it for another reason
   */
  create<O extends KubernetesObject>(object: KubernetesObject | RawObject): Promise<O> {
    const creation = this.#create<O>(object);
    this.underWay.add(creation);
    const settled = () => this.underWay.delete(creation);
    creation.then(settled, settled);
    return creation;
  }

  /**
   * Creates a namespace unless it exists; one that exists is used as it is.
   * @returns whether it was created
   */
  async createNamespace(namespace: KubernetesObject): Promise<boolean> {
    try {
      await this.create(namespace);
      return true;
    } catch (error) {
      if (error instanceof ObjectExists) return false;
      throw error;
    }
  }

  /** The same record; what is created is sent another way. */
  through(client: KubeClient): OwnedObjects {
    return new OwnedObjects(client, this.record, this.run, this.clusterExists, this.underWay);
  }

  /** The same record, for an API server that serves other kinds by now. */
  serving(mapper: ResourceMapper): OwnedObjects {
    return this.through(this.client.serving(mapper));
  }

  /** Whether the run created the object itself, or the namespace that it is in. */
  owns({ metadata }: KubernetesObject): boolean {
    const { uid, namespace } = metadata;
    return this.ownsUid(uid) || (namespace !== undefined && this.ownsNamespace(namespace));
  }

  ownsUid(uid: string | undefined): boolean {
    return uid !== undefined && this.record.entries().some((entry) => entry.uid === uid);
  }

  ownsNamespace(name: string): boolean {
    return namespacesIn(this.record.entries()).has(name);
  }

  /**
   * Accepts nothing more, waits for the requests that are under way, and removes everything that was created.
   * @returns what is left, one line each with the reason and the command that removes it; a refusal or the silence of the API server is
   *   such a reason and is not thrown
   */
  async removeAll(removal: Removal = {}): Promise<readonly string[]> {
    this.record.close();
    await Promise.allSettled(this.underWay);
    return removeCreated(this.client, this.record, removal);
  }

  async #create<O extends KubernetesObject>(object: KubernetesObject): Promise<O> {
    const reference = referenceOf(object);
    if (this.clusterExists && isProtected(reference)) {
      throw new UsageError(
        `${formatReference(reference)} is not created: on a cluster that exists, a run leaves this place alone.`,
      );
    }
    if (this.record.isClosed) {
      throw new RemovalHasBegun(`${formatReference(reference)} is not created: the run is being removed.`);
    }
    // What the API server does not serve cannot be created, so that there is nothing to record.
    this.client.mapper.path(reference);
    const nonce = this.record.intend(reference);
    const signed = this.#signed(object, nonce);
    try {
      const live = await this.client.create<O>(signed, { fieldManager, fieldValidation: 'Strict' });
      this.record.created(nonce, uidOf(live));
      return live;
    } catch (error) {
      // Of any other failure nobody knows whether the object was stored: the intent stays.
      if (!(error instanceof ApiError) || error.status >= 500) throw error;
      const existing = error.reason === 'AlreadyExists' ? await this.client.find<O>(reference) : undefined;
      if (existing?.metadata.annotations?.[createdBy] === `${this.run}/${nonce}`) {
        this.record.created(nonce, uidOf(existing));
        return existing;
      }
      this.record.refused(nonce);
      throw existing ? new ObjectExists(existing, this.run) : error;
    }
  }

  #signed(object: KubernetesObject, nonce: string): KubernetesObject {
    const { metadata, ...rest } = labelled(object, this.run);
    const annotations = { ...metadata.annotations, [createdBy]: `${this.run}/${nonce}` };
    return { ...rest, metadata: { ...metadata, annotations } };
  }
}

function uidOf({ metadata, kind }: KubernetesObject): string {
  if (metadata.uid === undefined) throw new Error(`The API server returned ${kind} ${metadata.name} without a uid.`);
  return metadata.uid;
}
