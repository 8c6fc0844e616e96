import { UsageError } from '../../errors.ts';
import { ApiError } from '../api-error.ts';
import { fieldManager, type KubeClient } from '../client.ts';
import type { KubernetesObject, RawObject } from '../object.ts';
import { formatReference, type Reference, type ResourceMapper, referenceOf } from '../reference.ts';
import { createdBy, labelled, runLabel } from '../run-label.ts';
import { namespacesIn } from './created-objects.ts';
import type { CreationRecord } from './creation-record.ts';
import { type Removal, removeCreated } from './remove-objects.ts';

/** An object of that name already exists, and the run did not create it. */
export class ObjectExists extends UsageError {
  constructor(
    readonly existing: KubernetesObject,
    run: string,
  ) {
    super(
      `${formatReference(referenceOf(existing))} already exists, and run ${run} does not change what it did not create. ${describeOrigin(existing)}`,
    );
  }
}

/** An object was not created, as the removal of the run's objects has begun. */
class RemovalHasBegun extends Error {
  override readonly name = 'RemovalHasBegun';
}

/** The objects that a run created on a cluster, and the only way to create more. */
export class OwnedObjects {
  /**
   * @param client sends the requests
   * @param clusterExists whether the cluster existed before, so that nothing may be created in its system namespaces
   */
  constructor(
    private readonly client: KubeClient,
    readonly record: CreationRecord,
    readonly run: string,
    private readonly clusterExists: boolean,
    private readonly inFlight = new Set<Promise<unknown>>(),
  ) {}

  /**
   * Creates an object with the run's label and annotation, and records its uid at once. Kubernetes 1.25 and later refuse an unknown
   * field.
   * @returns the object as the API server stored it
   * @throws ObjectExists when there is an object of that name, ApiError when the API server refuses it for another reason
   */
  create<O extends KubernetesObject>(object: KubernetesObject | RawObject): Promise<O> {
    const creation = this.#create<O>(object);
    this.inFlight.add(creation);
    const settled = () => this.inFlight.delete(creation);
    creation.then(settled, settled);
    return creation;
  }

  /**
   * Creates a namespace unless it exists; an existing one is not changed.
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

  /** The same record with another client. */
  through(client: KubeClient): OwnedObjects {
    return new OwnedObjects(client, this.record, this.run, this.clusterExists, this.inFlight);
  }

  /** The same record with another mapper, for an API server that serves other kinds by now. */
  withMapper(mapper: ResourceMapper): OwnedObjects {
    return this.through(this.client.withMapper(mapper));
  }

  /** Whether the run created the object or its namespace. */
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
   * Refuses further objects, waits for the requests in flight, and removes every created object.
   * @returns a line for each object that remains, with the reason and the command that removes it; a refusal of the API server, or no
   *   response, is such a reason and is not thrown
   */
  async removeAll(removal: Removal = {}): Promise<readonly string[]> {
    this.record.close();
    await Promise.allSettled(this.inFlight);
    return removeCreated(this.client, this.record, removal);
  }

  async #create<O extends KubernetesObject>(object: KubernetesObject): Promise<O> {
    const reference = referenceOf(object);
    if (this.clusterExists && isProtected(reference)) {
      throw new UsageError(
        `${formatReference(reference)} is not created: on an existing cluster, a run does not write to system namespaces and nodes.`,
      );
    }
    if (this.record.isClosed) {
      throw new RemovalHasBegun(`${formatReference(reference)} is not created: the run's objects are being removed.`);
    }
    // Throws before anything is recorded if the API server does not serve the kind.
    this.client.mapper.path(reference);
    const nonce = this.record.intend(reference);
    const signed = this.#marked(object, nonce);
    try {
      const live = await this.client.create<O>(signed, { fieldManager, fieldValidation: 'Strict' });
      this.record.created(nonce, uidOf(live));
      return live;
    } catch (error) {
      // After any other failure the object may have been stored: the intent remains in the record.
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

  #marked(object: KubernetesObject, nonce: string): KubernetesObject {
    const { metadata, ...rest } = labelled(object, this.run);
    const annotations = { ...metadata.annotations, [createdBy]: `${this.run}/${nonce}` };
    return { ...rest, metadata: { ...metadata, annotations } };
  }
}

function uidOf({ metadata, kind }: KubernetesObject): string {
  if (metadata.uid === undefined) throw new Error(`The API server returned ${kind} ${metadata.name} without a uid.`);
  return metadata.uid;
}

interface Managed extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly managedFields?: readonly { readonly manager?: string }[] };
}

/** A sentence about the origin of an object: its creation time, its managers, and the run of its label. */
export function describeOrigin(object: KubernetesObject): string {
  const { labels, creationTimestamp, managedFields = [] } = (object as Managed).metadata;
  const managers = [...new Set(managedFields.map(({ manager }) => manager ?? ''))].filter((manager) => manager !== '');
  const managedBy = labels?.['app.kubernetes.io/managed-by'];
  const run = labels?.[runLabel];
  const facts = [
    ...(creationTimestamp === undefined ? [] : [`created at ${creationTimestamp}`]),
    ...(managedBy === undefined ? [] : [`managed by ${managedBy}`]),
    ...(managers.length === 0 ? [] : [`its fields set by ${managers.join(', ')}`]),
    ...(run === undefined ? [] : [`labelled with run ${run}`]),
  ];
  return facts.length === 0 ? 'Nothing in it names its creator.' : `It was ${facts.join('; ')}.`;
}

/** The namespaces of the cluster's own components. */
const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

function isSystemNamespace(name: string): boolean {
  return systemNamespaces.includes(name);
}

/** Whether an object is a node, a system namespace, or in one. On an existing cluster, no run writes to these. */
export function isProtected({ kind, name, namespace }: Pick<Reference, 'kind' | 'name' | 'namespace'>): boolean {
  return kind === 'Node' || isSystemNamespace(namespace ?? '') || (kind === 'Namespace' && isSystemNamespace(name));
}
