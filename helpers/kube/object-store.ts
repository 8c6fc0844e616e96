import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { KubernetesObject } from './object.ts';

/** The number of objects that are packed and unpacked together. */
const PAGE = 250;
/** The lowest level of deflate: a tenth of the size of JSON for half the time of the default. */
const LEVEL = 1;

/** What identifies an object and its version. */
export interface StoredVersion {
  readonly uid: string | undefined;
  /** Its resourceVersion, or a digest of an object without one. */
  readonly version: string;
  /** The position among the objects of its kind. */
  readonly ordinal: number;
}

/** `apps/Deployment`, and `/Pod` in the core group: an object is the same in every version of its group. */
export function groupAndKind(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  return `${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`;
}

/** `default/web-0`, and `/node-1` without a namespace. */
export function namespacedName({ metadata: { namespace = '', name } }: KubernetesObject): string {
  return `${namespace}/${name}`;
}

/**
 * The objects of a cluster, by kind. Those that were added with `add` are packed page by page, which takes a hundredth of the memory of
 * objects: of each only its name, uid and version remain at hand. They can be iterated over as often as needed.
 */
export class ObjectStore implements Iterable<KubernetesObject> {
  readonly #kinds = new Map<string, StoredKind>();

  /** A store of objects that are in memory anyway, which it does not pack; a store as it is. */
  static of(objects: Iterable<KubernetesObject>): ObjectStore {
    if (objects instanceof ObjectStore) return objects;
    const store = new ObjectStore();
    for (const object of objects) store.#kindOf(object).add(object, false);
    return store;
  }

  /** Adds an object; it replaces one of the same group, kind and name. */
  add(object: KubernetesObject): void {
    this.#kindOf(object).add(object, true);
  }

  /** Drops the objects of a kind, as `groupAndKind` returns it. */
  clear(kind: string): void {
    this.#kinds.delete(kind);
  }

  /** The kinds that have had objects, as `groupAndKind` returns them. */
  kinds(): IterableIterator<string> {
    return this.#kinds.keys();
  }

  /** The number of objects. */
  get size(): number {
    let size = 0;
    for (const kind of this.#kinds.values()) size += kind.versions.size;
    return size;
  }

  *[Symbol.iterator](): Generator<KubernetesObject> {
    for (const kind of this.#kinds.keys()) yield* this.ofKind(kind);
  }

  /**
   * The objects of a kind, in the order in which they were added.
   * @param kind as `groupAndKind` returns it
   * @param isSelected whether an object is returned, by its version and its name; default: all
   */
  *ofKind(kind: string, isSelected?: (version: StoredVersion, name: string) => boolean): Generator<KubernetesObject> {
    yield* this.#kinds.get(kind)?.objects(isSelected) ?? [];
  }

  /** The objects that are selected by their version, of all kinds. */
  *select(isSelected: (version: StoredVersion) => boolean): Generator<KubernetesObject> {
    for (const kind of this.#kinds.values()) yield* kind.objects(isSelected);
  }

  /** The versions of all objects. */
  *versions(): Generator<StoredVersion> {
    for (const kind of this.#kinds.values()) yield* kind.versions.values();
  }

  /** The version of an object; undefined without the object. */
  versionOf(kind: string, name: string): StoredVersion | undefined {
    return this.#kinds.get(kind)?.versions.get(name);
  }

  #kindOf({ apiVersion, kind }: KubernetesObject): StoredKind {
    const key = groupAndKind(apiVersion, kind);
    const known = this.#kinds.get(key);
    if (known) return known;
    const added = new StoredKind();
    this.#kinds.set(key, added);
    return added;
  }
}

/** The objects of one kind. */
class StoredKind {
  /** By namespaced name. */
  readonly versions = new Map<string, StoredVersion>();
  /** The names in the order of the objects. */
  readonly #names: string[] = [];
  readonly #packed: Buffer[] = [];
  #unpacked: KubernetesObject[] = [];

  add(object: KubernetesObject, packs: boolean): void {
    const { uid, resourceVersion } = object.metadata;
    const name = namespacedName(object);
    this.versions.set(name, { uid, version: resourceVersion ?? digestOf(object), ordinal: this.#names.length });
    this.#names.push(name);
    this.#unpacked.push(object);
    if (!packs || this.#unpacked.length < PAGE) return;
    this.#packed.push(deflateRawSync(JSON.stringify(this.#unpacked), { level: LEVEL }));
    this.#unpacked = [];
  }

  *objects(isSelected?: (version: StoredVersion, name: string) => boolean): Generator<KubernetesObject> {
    let ordinal = 0;
    for (const page of [...this.#packed, this.#unpacked]) {
      const end = ordinal + (page === this.#unpacked ? this.#unpacked.length : PAGE);
      const selected: number[] = [];
      for (let index = ordinal; index < end; index++) if (this.#isSelected(index, isSelected)) selected.push(index - ordinal);
      ordinal = end;
      if (selected.length === 0) continue;
      const objects = Array.isArray(page) ? page : (JSON.parse(inflateRawSync(page as Buffer).toString()) as KubernetesObject[]);
      for (const index of selected) yield objects[index] as KubernetesObject;
    }
  }

  #isSelected(ordinal: number, isSelected?: (version: StoredVersion, name: string) => boolean): boolean {
    const name = this.#names[ordinal] as string;
    const version = this.versions.get(name) as StoredVersion;
    // An object that was added again has replaced this one.
    return version.ordinal === ordinal && (isSelected === undefined || isSelected(version, name));
  }
}

function digestOf(object: KubernetesObject): string {
  return createHash('sha1').update(JSON.stringify(object)).digest('base64');
}
