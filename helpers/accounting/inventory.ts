import type { KubernetesObject } from '../kube/object.ts';
import type { Version } from '../version.ts';
import type { ExporterOptions } from './options.ts';
import type { ResourceTable } from './table.ts';

/** An object as it was before and after a scrape; settled when it was the same in both readings. */
export interface Observed {
  readonly object: KubernetesObject;
  readonly settled: boolean;
  /** Present where it was in neither reading, but there so shortly before that the exporter may still tell of it. */
  readonly departed?: true;
}

/** The objects of a cluster by API group and kind, each once. */
export type Inventory = ReadonlyMap<string, ReadonlyMap<string, Observed>>;

/** `Pod default/web-0`: how a reader knows the object. */
export function objectName(object: KubernetesObject): string {
  const { namespace, name } = object.metadata;
  return `${object.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/**
 * Sorts objects by group and kind. With `after` given, an object that changed, appeared or went between the two
 * readings is not settled; without it all are.
 * @param departed what was there before the first of the two
 */
export function takeInventory(
  before: readonly KubernetesObject[],
  after?: readonly KubernetesObject[],
  departed: readonly KubernetesObject[] = [],
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
      const known = inventory.get(kind)?.get(name);
      if (!known) put(inventory, kind, name, { object, settled: false });
      else if (known.object.metadata.uid !== object.metadata.uid)
        put(inventory, kind, `${name} again`, { object, settled: false });
    }
  }
  for (const [kind, objects] of index(departed)) {
    for (const [name, object] of objects) put(inventory, kind, `${name} departed`, { object, settled: false, departed: true });
  }
  return inventory;
}

/** The objects that the release lists and watches for the table, whichever version of its API they were read with. */
export function objectsOf(
  table: ResourceTable,
  inventory: Inventory,
  exporter: Version,
  options: ExporterOptions,
): readonly Observed[] {
  const { apiVersion, kind } = table.reads(exporter);
  const objects = [...(inventory.get(groupAndKind(apiVersion, kind))?.values() ?? [])];
  if (!table.namespaced) return objects;
  const only = table.listsNamespace?.(exporter);
  if (only !== undefined) return only === '' ? objects : objects.filter(({ object }) => object.metadata.namespace === only);
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
    const name = `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
    let named = byKind.get(kind);
    if (!named) {
      named = new Map();
      byKind.set(kind, named);
    }
    named.set(name, object);
  }
  return byKind;
}

function put(inventory: Map<string, Map<string, Observed>>, kind: string, name: string, observed: Observed): void {
  let named = inventory.get(kind);
  if (!named) {
    named = new Map();
    inventory.set(kind, named);
  }
  named.set(name, observed);
}

function groupAndKind(apiVersion: string, kind: string): string {
  const slash = apiVersion.indexOf('/');
  return `${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`;
}

function isSame(before: KubernetesObject, after: KubernetesObject): boolean {
  if (before === after) return true;
  const known = before.metadata.resourceVersion;
  if (known === undefined) return JSON.stringify(before) === JSON.stringify(after);
  return known === after.metadata.resourceVersion && before.metadata.uid === after.metadata.uid;
}
