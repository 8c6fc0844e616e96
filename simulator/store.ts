import { randomUUID } from 'node:crypto';
import { ApiFailure } from './api/failure.ts';
import { isMap } from './api/merge.ts';
import type { Clock } from './clock.ts';
import { isSameJson, type Stored } from './objects.ts';

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The resource's key: `deployments.apps`. */
  readonly resource: string;
  readonly object: Stored;
  /** The object before the event. */
  readonly previous?: Stored;
  readonly version: number;
}

export interface ObjectName {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** The number of events that a watch may lag behind; beyond it, a client must list again. */
const HISTORY = 20_000;

/** The fields whose changes do not increment the generation. */
const OBSERVED = new Set(['metadata', 'status', 'apiVersion', 'kind']);

/** The objects of the cluster and the history of their events. Stored objects are immutable; a change replaces them. */
export class Store {
  private readonly collections = new Map<string, Map<string, Stored>>();
  private readonly listeners = new Set<(event: StoreEvent) => void>();
  private history: StoreEvent[] = [];
  private latest = 1;

  constructor(private readonly clock: Clock) {}

  /** The latest resourceVersion. */
  get version(): number {
    return this.latest;
  }

  list<T extends Stored>(resource: string, namespace?: string): readonly T[] {
    const objects = [...(this.collections.get(resource)?.values() ?? [])] as T[];
    return namespace === undefined ? objects : objects.filter(({ metadata }) => metadata.namespace === namespace);
  }

  find<T extends Stored>(resource: string, name: ObjectName): T | undefined {
    return this.collections.get(resource)?.get(nameKey(name)) as T | undefined;
  }

  /** Stores a prepared object. @throws ApiFailure when it exists */
  insert<T extends Stored>(resource: string, prepared: T): T {
    if (this.find(resource, prepared.metadata)) throw ApiFailure.alreadyExists(resource, prepared.metadata.name);
    return this.put('ADDED', resource, prepared) as T;
  }

  timestamp(): string {
    return this.clock.timestamp();
  }

  /** The keys of all resources that have had objects. */
  resources(): readonly string[] {
    return [...this.collections.keys()];
  }

  /** The object with the metadata that the API server adds. */
  prepared<T extends Stored>(object: Omit<T, 'metadata'> & { metadata: Partial<T['metadata']> }): T {
    const { generateName } = object.metadata;
    const name = object.metadata.name ?? `${generateName}${randomUUID().slice(0, 5)}`;
    const generation = 'spec' in object || 'webhooks' in object || 'endpoints' in object ? { generation: 1 } : {};
    const generated = { uid: randomUUID(), resourceVersion: '', creationTimestamp: this.clock.timestamp() };
    return { ...object, metadata: { ...object.metadata, name, ...generation, ...generated } } as unknown as T;
  }

  create<T extends Stored>(resource: string, object: Omit<T, 'metadata'> & { metadata: Partial<T['metadata']> }): T {
    return this.insert(resource, this.prepared<T>(object));
  }

  /**
   * Edits a draft of an object and stores it, unless nothing changed.
   * @param edit may set fields of the draft, its metadata, spec and status; what is deeper is shared with the stored object, and replaced
   * @returns undefined when there is no such object
   */
  change<T extends Stored>(resource: string, name: ObjectName, edit: (draft: T) => void): T | undefined {
    const before = this.find<T>(resource, name);
    if (!before) return undefined;
    const draft = draftOf(before);
    edit(draft);
    return this.replace(resource, before, draft);
  }

  replace<T extends Stored>(resource: string, before: T, after: T): T {
    if (isSameJson(before, after)) return before;
    if (before.metadata.generation !== undefined && !hasSameSpec(before, after)) {
      after.metadata.generation = before.metadata.generation + 1;
    }
    const stored = this.put('MODIFIED', resource, after, before) as T;
    if (stored.metadata.deletionTimestamp !== undefined && hasFinalizers(before) && !hasFinalizers(stored))
      this.drop(resource, stored);
    return stored;
  }

  /** Deletes an object, or marks it for deletion when it has finalizers or a grace period. */
  remove(resource: string, name: ObjectName, graceSeconds = 0): Stored | undefined {
    const object = this.find(resource, name);
    if (!object) return undefined;
    if (!hasFinalizers(object) && graceSeconds === 0) return this.drop(resource, object);
    return this.change(resource, name, ({ metadata }) => {
      metadata.deletionTimestamp ??= this.clock.timestamp();
      metadata.deletionGracePeriodSeconds = graceSeconds;
    });
  }

  listen(listener: (event: StoreEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The events after a version; undefined when it is too old. */
  eventsAfter(version: number): readonly StoreEvent[] | undefined {
    const oldest = this.history[0]?.version ?? 0;
    return this.history.length >= HISTORY && version < oldest - 1
      ? undefined
      : this.history.filter((event) => event.version > version);
  }

  private put(type: 'ADDED' | 'MODIFIED', resource: string, object: Stored, previous?: Stored): Stored {
    this.latest += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.latest) } };
    const collection = this.collections.get(resource) ?? new Map<string, Stored>();
    this.collections.set(resource, collection.set(nameKey(stored.metadata), stored));
    this.publish({ type, resource, object: stored, version: this.latest, ...(previous === undefined ? {} : { previous }) });
    return stored;
  }

  private drop(resource: string, object: Stored): Stored {
    this.latest += 1;
    this.collections.get(resource)?.delete(nameKey(object.metadata));
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.latest) } };
    this.publish({ type: 'DELETED', resource, object: last, previous: object, version: this.latest });
    return last;
  }

  private publish(event: StoreEvent): void {
    this.history.push(event);
    if (this.history.length > 2 * HISTORY) this.history = this.history.slice(-HISTORY);
    for (const listener of this.listeners) listener(event);
  }
}

/** A copy down to the fields of metadata, spec and status: the comparison of a change then ends at what both share. */
function draftOf<T extends Stored>(object: T): T {
  const { metadata, spec, status } = object as Stored & { readonly spec?: unknown; readonly status?: unknown };
  return {
    ...object,
    metadata: { ...metadata },
    ...(isMap(spec) && { spec: { ...spec } }),
    ...(isMap(status) && { status: { ...status } }),
  };
}

function hasFinalizers({ metadata }: Stored): boolean {
  return (metadata.finalizers ?? []).length > 0;
}

function nameKey({ namespace = '', name }: ObjectName): string {
  return `${namespace}/${name}`;
}

function hasSameSpec(before: Stored, after: Stored): boolean {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].every((field) => OBSERVED.has(field) || isSameJson(before[field], after[field]));
}
