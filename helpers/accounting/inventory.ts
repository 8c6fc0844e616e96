import type { ExporterOptions } from '../catalogue/arguments.ts';
import { isInShard } from '../catalogue/sharding.ts';
import type { ResourceTable } from '../catalogue/table.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { groupAndKind, namespacedName, ObjectStore, type StoredVersion } from '../kube/object-store.ts';
import type { Version } from '../version.ts';

/** An object around a scrape. */
export interface Observed {
  readonly object: KubernetesObject;
  /** Whether it did not change during the scrape. */
  readonly settled: boolean;
  /** Set if it was deleted shortly before the scrape: the exporter may still expose it. */
  readonly deleted?: true;
}

/** `Pod default/web-0` */
export function objectName(object: KubernetesObject): string {
  const { namespace, name } = object.metadata;
  return `${object.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** The objects of a cluster around a scrape, by kind. */
export class Inventory {
  readonly #before: ObjectStore;
  readonly #after: ObjectStore | undefined;
  readonly #deleted: ObjectStore;

  constructor(before: ObjectStore, after: ObjectStore | undefined, deleted: ObjectStore) {
    this.#before = before;
    this.#after = after;
    this.#deleted = deleted;
  }

  /** The objects of a kind, as `groupAndKind` returns it: those before the scrape, then those that are new after it, and the deleted. */
  *ofKind(kind: string): Generator<Observed> {
    for (const object of this.#before.ofKind(kind)) yield { object, settled: this.#isSettled(kind, namespacedName(object)) };
    const isNew = ({ uid }: StoredVersion, name: string) => {
      const earlier = this.#before.versionOf(kind, name);
      return earlier === undefined || earlier.uid !== uid;
    };
    for (const object of this.#after?.ofKind(kind, isNew) ?? []) yield { object, settled: false };
    for (const object of this.#deleted.ofKind(kind)) yield { object, settled: false, deleted: true };
  }

  #isSettled(kind: string, name: string): boolean {
    if (this.#after === undefined) return true;
    const [first, last] = [this.#before.versionOf(kind, name), this.#after.versionOf(kind, name)];
    return last !== undefined && first?.version === last.version && first.uid === last.uid;
  }
}

/**
 * The objects of a cluster, by group and kind.
 * @param before the objects before the scrape
 * @param after the objects after the scrape: an object that was changed, created or deleted in between is not settled
 * @param deleted objects that were deleted shortly before `before`
 */
export function takeInventory(
  before: Iterable<KubernetesObject>,
  after?: Iterable<KubernetesObject>,
  deleted: Iterable<KubernetesObject> = [],
): Inventory {
  return new Inventory(ObjectStore.of(before), after && ObjectStore.of(after), ObjectStore.of(deleted));
}

/**
 * The objects that the release exposes for the table, in any version of their API group, one after another: of a large cluster they must
 * not be kept.
 */
export function* eachObjectOf(
  table: ResourceTable,
  inventory: Inventory,
  exporter: Version,
  options: ExporterOptions,
): Generator<Observed> {
  const { apiVersion, kind } = table.reads(exporter);
  for (const observed of inventory.ofKind(groupAndKind(apiVersion, kind))) {
    const { object } = observed;
    if (isInNamespaces(table, object.metadata.namespace, exporter, options) && isSelected(object, options)) yield observed;
  }
}

/** Whether an object belongs to the exporter's shard and, for a selection of pods, whether it has the node. */
export function isSelected(object: KubernetesObject, { shard, node, unscheduledPods }: ExporterOptions): boolean {
  if (shard !== undefined && !isInShard(object.metadata.uid ?? '', shard)) return false;
  if (node === undefined && !unscheduledPods) return true;
  const { nodeName = '' } = (object as { readonly spec?: { readonly nodeName?: string } }).spec ?? {};
  return nodeName === (node ?? '');
}

/** Whether the exporter lists the objects of a namespace for the table. */
export function isInNamespaces(
  table: ResourceTable,
  namespace: string | undefined,
  exporter: Version,
  { namespaces, namespacesDenylist }: ExporterOptions,
): boolean {
  if (!table.namespaced) return true;
  const listed = table.listsNamespace?.(exporter);
  if (listed !== undefined) return listed === '' || namespace === listed;
  return !namespacesDenylist?.has(namespace ?? '') && (namespaces?.has(namespace ?? '') ?? true);
}
