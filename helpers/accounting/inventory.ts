import type { ExporterOptions } from '../catalogue/arguments.ts';
import { isInShard } from '../catalogue/sharding.ts';
import type { ResourceTable } from '../catalogue/table.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { Version } from '../version.ts';

/** An object around a scrape. */
export interface Observed {
  readonly object: KubernetesObject;
  /** Whether it did not change during the scrape. */
  readonly settled: boolean;
  /** Set if it was deleted shortly before the scrape: the exporter may still expose it. */
  readonly deleted?: true;
}

/** The objects of a cluster, by `group/kind` and `namespace/name`. */
export type Inventory = ReadonlyMap<string, ReadonlyMap<string, Observed>>;

/** `Pod default/web-0` */
export function objectName(object: KubernetesObject): string {
  const { namespace, name } = object.metadata;
  return `${object.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/**
 * Indexes objects by group and kind.
 * @param before the objects before the scrape
 * @param after the objects after the scrape: an object that was changed, created or deleted in between is not settled
 * @param deleted objects that were deleted shortly before `before`
 */
export function takeInventory(
  before: readonly KubernetesObject[],
  after?: readonly KubernetesObject[],
  deleted: readonly KubernetesObject[] = [],
): Inventory {
  const inventory = new Map<string, Map<string, Observed>>();
  const first = index(before);
  const last = after ? index(after) : first;
  for (const [kind, objects] of first) {
    for (const [name, object] of objects) {
      const later = last.get(kind)?.get(name);
      put(inventory, kind, name, { object, settled: later !== undefined && isSame(object, later) });
    }
  }
  for (const [kind, objects] of last) {
    for (const [name, object] of objects) {
      const earlier = inventory.get(kind)?.get(name);
      if (!earlier) put(inventory, kind, name, { object, settled: false });
      else if (earlier.object.metadata.uid !== object.metadata.uid)
        put(inventory, kind, `${name} recreated`, { object, settled: false });
    }
  }
  for (const [kind, objects] of index(deleted)) {
    for (const [name, object] of objects) put(inventory, kind, `${name} deleted`, { object, settled: false, deleted: true });
  }
  return inventory;
}

/** The objects that the release exposes for the table, in any version of their API group. */
export function objectsOf(
  table: ResourceTable,
  inventory: Inventory,
  exporter: Version,
  options: ExporterOptions,
): readonly Observed[] {
  const objects = objectsInNamespaces(table, inventory, exporter, options);
  const { shard, node, unscheduledPods } = options;
  if (shard === undefined && node === undefined && !unscheduledPods) return objects;
  return objects.filter(({ object }) => isSelected(object, options));
}

/** Whether an object belongs to the exporter's shard and, for a selection of pods, whether it has the node. */
export function isSelected(object: KubernetesObject, { shard, node, unscheduledPods }: ExporterOptions): boolean {
  if (shard !== undefined && !isInShard(object.metadata.uid ?? '', shard)) return false;
  if (node === undefined && !unscheduledPods) return true;
  const { nodeName = '' } = (object as { readonly spec?: { readonly nodeName?: string } }).spec ?? {};
  return nodeName === (node ?? '');
}

function objectsInNamespaces(
  table: ResourceTable,
  inventory: Inventory,
  exporter: Version,
  options: ExporterOptions,
): readonly Observed[] {
  const { apiVersion, kind } = table.reads(exporter);
  const objects = [...(inventory.get(groupAndKind(apiVersion, kind))?.values() ?? [])];
  if (!table.namespaced) return objects;
  const listed = table.listsNamespace?.(exporter);
  if (listed !== undefined) return listed === '' ? objects : objects.filter(({ object }) => object.metadata.namespace === listed);
  return objects.filter(({ object }) => isInNamespaces(object.metadata.namespace ?? '', options));
}

function isInNamespaces(namespace: string, options: ExporterOptions): boolean {
  if (options.namespacesDenylist?.has(namespace)) return false;
  return options.namespaces?.has(namespace) ?? true;
}

function index(objects: readonly KubernetesObject[]): Map<string, Map<string, KubernetesObject>> {
  const byKind = new Map<string, Map<string, KubernetesObject>>();
  for (const object of objects) {
    const kind = groupAndKind(object.apiVersion, object.kind);
    put(byKind, kind, `${object.metadata.namespace ?? ''}/${object.metadata.name}`, object);
  }
  return byKind;
}

function put<Value>(byKind: Map<string, Map<string, Value>>, kind: string, name: string, value: Value): void {
  let byName = byKind.get(kind);
  if (!byName) {
    byName = new Map();
    byKind.set(kind, byName);
  }
  byName.set(name, value);
}

function groupAndKind(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  return `${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`;
}

function isSame(before: KubernetesObject, after: KubernetesObject): boolean {
  if (before === after) return true;
  const { resourceVersion } = before.metadata;
  if (resourceVersion === undefined) return JSON.stringify(before) === JSON.stringify(after);
  return resourceVersion === after.metadata.resourceVersion && before.metadata.uid === after.metadata.uid;
}
