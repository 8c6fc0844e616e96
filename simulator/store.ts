import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ApiFailure } from './api/failure.ts';
import type { Clock } from './clock.ts';
import { copy } from './copy.ts';
import type { Stored } from './objects.ts';

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The resource's key: `deployments.apps`. */
  readonly resource: string;
  readonly object: Stored;
  /** What the object was before. */
  readonly previous?: Stored;
  readonly version: number;
}

export interface Place {
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** How many events a watch may lag behind before it is told to list again. */
const REMEMBERED = 20_000;

/** What counts as a new generation: everything that somebody wants, and nothing that was observed. */
const OBSERVED = new Set(['metadata', 'status', 'apiVersion', 'kind']);

/** All objects, each version of them, and everybody who waits for the next. What is kept is never changed, only replaced. */
export class Store {
  private readonly collections = new Map<string, Map<string, Stored>>();
  private readonly listeners = new Set<(event: StoreEvent) => void>();
  private history: StoreEvent[] = [];
  private latest = 1;

  constructor(private readonly clock: Clock) {}

  /** The resourceVersion of the whole. */
  get version(): number {
    return this.latest;
  }

  list<T extends Stored>(resource: string, namespace?: string): readonly T[] {
    const all = [...(this.collections.get(resource)?.values() ?? [])] as T[];
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  find<T extends Stored>(resource: string, place: Place): T | undefined {
    return this.collections.get(resource)?.get(placeKey(place)) as T | undefined;
  }

  /** Keeps an object that has been prepared. */
  insert<T extends Stored>(resource: string, prepared: T): T {
    if (this.find(resource, prepared.metadata)) throw ApiFailure.alreadyExists(resource, prepared.metadata.name);
    return this.keep('ADDED', resource, prepared) as T;
  }

  timestamp(): string {
    return this.clock.timestamp();
  }

  /** Every resource that has objects. */
  resources(): readonly string[] {
    return [...this.collections.keys()];
  }

  /** The object as it would be kept, with all that the API server adds. */
  prepared<T extends Stored>(object: Omit<T, 'metadata'> & { metadata: Partial<T['metadata']> }): T {
    const { generateName } = object.metadata;
    const name = object.metadata.name ?? `${generateName}${randomUUID().slice(0, 5)}`;
    const generation = 'spec' in object || 'webhooks' in object || 'endpoints' in object ? { generation: 1 } : {};
    const given = { uid: randomUUID(), resourceVersion: '', creationTimestamp: this.clock.timestamp() };
    return { ...object, metadata: { ...object.metadata, name, ...generation, ...given } } as unknown as T;
  }

  create<T extends Stored>(resource: string, object: Omit<T, 'metadata'> & { metadata: Partial<T['metadata']> }): T {
    return this.insert(resource, this.prepared<T>(object));
  }

  /**
   * Changes a copy and keeps it; where nothing changed, nothing happens.
   * @returns undefined when there is no such object
   */
  change<T extends Stored>(resource: string, place: Place, edit: (draft: T) => void): T | undefined {
    const before = this.find<T>(resource, place);
    if (!before) return undefined;
    const draft = copy(before);
    edit(draft);
    return this.replace(resource, before, draft);
  }

  replace<T extends Stored>(resource: string, before: T, after: T): T {
    if (isDeepStrictEqual(before, after)) return before;
    if (before.metadata.generation !== undefined && !isSameDesire(before, after)) {
      after.metadata.generation = before.metadata.generation + 1;
    }
    const kept = this.keep('MODIFIED', resource, after, before) as T;
    if (kept.metadata.deletionTimestamp !== undefined && isHeld(before) && !isHeld(kept)) this.drop(resource, kept);
    return kept;
  }

  /** Deletes, or where finalizers or a grace period hold the object, marks it. */
  remove(resource: string, place: Place, graceSeconds = 0): Stored | undefined {
    const object = this.find(resource, place);
    if (!object) return undefined;
    if (!isHeld(object) && graceSeconds === 0) return this.drop(resource, object);
    return this.change(resource, place, ({ metadata }) => {
      metadata.deletionTimestamp ??= this.clock.timestamp();
      metadata.deletionGracePeriodSeconds = graceSeconds;
    });
  }

  listen(listener: (event: StoreEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What happened after a version; undefined when that is too long ago. */
  eventsAfter(version: number): readonly StoreEvent[] | undefined {
    const oldest = this.history[0]?.version ?? 0;
    return this.history.length >= REMEMBERED && version < oldest - 1
      ? undefined
      : this.history.filter((event) => event.version > version);
  }

  private keep(type: 'ADDED' | 'MODIFIED', resource: string, object: Stored, previous?: Stored): Stored {
    this.latest += 1;
    const kept = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.latest) } };
    const collection = this.collections.get(resource) ?? new Map<string, Stored>();
    this.collections.set(resource, collection.set(placeKey(kept.metadata), kept));
    this.tell({ type, resource, object: kept, version: this.latest, ...(previous === undefined ? {} : { previous }) });
    return kept;
  }

  private drop(resource: string, object: Stored): Stored {
    this.latest += 1;
    this.collections.get(resource)?.delete(placeKey(object.metadata));
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.latest) } };
    this.tell({ type: 'DELETED', resource, object: last, previous: object, version: this.latest });
    return last;
  }

  private tell(event: StoreEvent): void {
    this.history.push(event);
    if (this.history.length > 2 * REMEMBERED) this.history = this.history.slice(-REMEMBERED);
    for (const listener of this.listeners) listener(event);
  }
}

function isHeld({ metadata }: Stored): boolean {
  return (metadata.finalizers ?? []).length > 0;
}

function placeKey({ namespace = '', name }: Place): string {
  return `${namespace}/${name}`;
}

function isSameDesire(before: Stored, after: Stored): boolean {
  const desired = (object: Stored) => Object.fromEntries(Object.entries(object).filter(([field]) => !OBSERVED.has(field)));
  return isDeepStrictEqual(desired(before), desired(after));
}
