import { runningExporters } from '../account/exporter-pod.ts';
import type { ExporterOptions } from '../catalogue/arguments.ts';
import { customTables } from '../catalogue/custom/tables.ts';
import { exposedResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import { contextOf, type Reads } from '../catalogue/table.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { parseVersion } from '../version.ts';

/** The captured exporter: its release, its arguments, and the options that they set. */
export interface CapturedExporter {
  readonly exporter: string;
  readonly args: readonly string[];
  readonly options: ExporterOptions;
}

/**
 * The objects with only the fields that the catalogue reads for this exporter: every family of the object is computed, and fields that
 * none of them read are removed. The remaining labels and annotations are those of the exporter's allowlists. The exporter's own pod
 * keeps its arguments, which `npm run account` needs.
 * @throws an Error when a family cannot be computed for an object
 */
export function* withFieldsRead(objects: Iterable<KubernetesObject>, reader: CapturedExporter): Generator<KubernetesObject> {
  const version = parseVersion(reader.exporter);
  const context = contextOf(version, reader.options);
  const { resources: _, ...ofCustomResources } = reader.options;
  const definitions: KubernetesObject[] = [];
  if (reader.options.customResources) for (const object of objects) if (isDefinition(object)) definitions.push(object);
  const custom = customTables(reader.options, definitions);
  const exposed = [...exposedResources(tables, version, reader.options), ...exposedResources(custom, version, ofCustomResources)];
  for (const object of objects) {
    const reads = new FieldReads();
    const watched = reads.watch(object);
    if (isDefinition(object)) customTables(reader.options, [watched]);
    identify(watched);
    for (const { table, rows } of exposed.filter(({ table }) => isOf(object, table.reads(version)))) {
      table.labels(watched, context);
      for (const row of rows) row.samples(watched, context);
    }
    if (isOwnExporter(object, reader.args)) runningExporters([watched]).flatMap(({ args }) => args);
    yield reads.kept(object);
  }
}

/** Reads the fields that identify an object and its version. */
function identify({ apiVersion, kind, metadata }: KubernetesObject): readonly unknown[] {
  const { name, namespace, uid, resourceVersion } = metadata;
  return [apiVersion, kind, name, namespace, uid, resourceVersion];
}

/** Whether the object is the pod of the captured exporter: the arguments of other exporters are not kept. */
function isOwnExporter(object: KubernetesObject, args: readonly string[]): boolean {
  const running = runningExporters([object]);
  return running.length > 0 && running.every((exporter) => exporter.args.join('\n') === args.join('\n'));
}

/** A definition is read for the tables of its custom resources. */
function isDefinition({ kind }: KubernetesObject): boolean {
  return kind === 'CustomResourceDefinition';
}

/** Whether an object is of the kind, in any version of its API group. */
function isOf(object: KubernetesObject, { apiVersion, kind }: Reads): boolean {
  return object.kind === kind && groupOf(object.apiVersion) === groupOf(apiVersion);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** Records which fields of an object, at any depth, were read. */
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
    // A list keeps its length, which may matter: elements that were not read are empty.
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
