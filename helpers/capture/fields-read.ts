import { runningExporters } from '../account/exporter-pod.ts';
import type { ExporterOptions } from '../catalogue/arguments.ts';
import { exposedResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import { contextOf, type Reads } from '../catalogue/table.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { parseVersion } from '../version.ts';

/** Whose samples are to be explained: the release, and its arguments as it was started with and as they are understood. */
export interface Reader {
  readonly exporter: string;
  readonly args: readonly string[];
  readonly options: ExporterOptions;
}

/**
 * The objects with no other fields than those that the catalogue reads to account for this exporter, found out by reading: every
 * family that it exposes of the object is computed, and whatever none of them has looked at is left out. Of labels and annotations these are
 * the ones that the exporter's allowlists expose. The exporter's own pod keeps its arguments, from which `npm run account` knows
 * what it exposes.
 * @throws an Error when a table cannot be computed for an object, as the accounting would
 */
export function withFieldsRead(objects: readonly KubernetesObject[], reader: Reader): readonly KubernetesObject[] {
  const version = parseVersion(reader.exporter);
  const context = contextOf(version, reader.options);
  const exposed = exposedResources(tables, version, reader.options);
  return objects.map((object) => {
    const reads = new FieldReads();
    const watched = reads.watch(object);
    identify(watched);
    for (const { table, rows } of exposed.filter(({ table }) => isOf(object, table.reads(version)))) {
      table.labels(watched, context);
      for (const row of rows) row.samples(watched, context);
    }
    if (isOwnExporter(object, reader.args)) runningExporters([watched]).flatMap(({ args }) => args);
    return reads.kept(object);
  });
}

/** What identifies an object, and shows whether it changed between two readings. */
function identify({ apiVersion, kind, metadata }: KubernetesObject): readonly unknown[] {
  const { name, namespace, uid, resourceVersion } = metadata;
  return [apiVersion, kind, name, namespace, uid, resourceVersion];
}

/** Arguments of an exporter that somebody else runs are not the capture's to keep. */
function isOwnExporter(object: KubernetesObject, args: readonly string[]): boolean {
  const running = runningExporters([object]);
  return running.length > 0 && running.every((exporter) => exporter.args.join('\n') === args.join('\n'));
}

/** An object is of the kind whatever the version of its API is that it was read with. */
function isOf(object: KubernetesObject, { apiVersion, kind }: Reads): boolean {
  return object.kind === kind && groupOf(object.apiVersion) === groupOf(apiVersion);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** Remembers of an object, and of whatever is in it, the fields that were read. */
class FieldReads {
  readonly #read = new Map<object, Set<PropertyKey>>();
  readonly #watched = new WeakMap<object, object>();

  watch<T extends object>(value: T): T {
    const known = this.#watched.get(value);
    if (known !== undefined) return known as T;
    const read = new Set<PropertyKey>();
    this.#read.set(value, read);
    const watched = new Proxy(value, {
      get: (target, key) => {
        const field: unknown = Reflect.get(target, key);
        if (Object.hasOwn(target, key)) read.add(key);
        return isObject(field) ? this.watch(field) : field;
      },
    });
    this.#watched.set(value, watched);
    return watched;
  }

  kept<T>(value: T): T {
    if (!isObject(value)) return value;
    const read = this.#read.get(value);
    // How many there are may be all that counts of a list: what was not looked at is there, and empty.
    if (Array.isArray(value)) {
      return value.map((element: unknown, index) =>
        isObject(element) ? this.kept(element) : read?.has(String(index)) ? element : '',
      ) as T;
    }
    const fields = Object.entries(value).filter(([key]) => read?.has(key));
    return Object.fromEntries(fields.map(([key, field]) => [key, this.kept(field)])) as T;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
