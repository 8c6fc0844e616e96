import { writtenType } from '../../accounting/headers.ts';
import { eachObjectOf, type Inventory } from '../../accounting/inventory.ts';
import { knownIssuesFor } from '../../accounting/known-issues.ts';
import type { ExporterOptions } from '../../catalogue/arguments.ts';
import { exposedResources } from '../../catalogue/exposed.ts';
import { contextOf, type FamilyRow, type ResourceTable } from '../../catalogue/table.ts';
import type { Exposition, Format, Labels } from '../../exposition/model.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { familyName, type Surface, type SurfaceSample } from '../../prometheus/rules/surface.ts';
import { formatVersion, type Version } from '../../version.ts';
import type { KnownFamilies } from './compare.ts';

/** A scrape of an exporter, with its release and options. */
export interface ScrapedSide {
  readonly exposition: Exposition;
  /** `v2.5.0` */
  readonly exporter: string;
  readonly options: ExporterOptions;
}

export interface SurfaceRequest {
  readonly old: ScrapedSide;
  readonly new: ScrapedSide;
  /** All objects before both scrapes. */
  readonly objects: Iterable<KubernetesObject>;
  /** All objects after both scrapes; undefined if nothing can have changed. */
  readonly after?: Iterable<KubernetesObject>;
  /** `v1.34.1`; undefined to assume that every API is served. */
  readonly kubernetes: string | undefined;
  /** What the catalogue predicts of both for the objects, where it is known; the changes are then dated by some of the objects. */
  readonly predicted?: Readonly<Record<'old' | 'new', Exposition>>;
  /** Defaults to the whole catalogue. */
  readonly tables?: readonly ResourceTable[];
}

/** What determines the surface of an exporter besides the objects. */
export interface SurfaceConditions {
  readonly exporter: Version;
  readonly options: ExporterOptions;
  readonly format: Format;
  /** The release of Kubernetes; undefined to assume that every API is served. */
  readonly kubernetes: string | undefined;
}

/**
 * The surface that the catalogue predicts for the objects that did not change during the scrape.
 * Resources that the cluster does not serve in the version that the release reads have headers at most.
 * @throws Error when a row cannot compute the samples of an object
 */
export function expectedSurface(
  { exporter, options, format, kubernetes }: SurfaceConditions,
  inventory: Inventory,
  tables: readonly ResourceTable[],
): Surface {
  const context = contextOf(exporter, options);
  const unserved = new Set(knownIssuesFor(formatVersion(exporter), kubernetes).flatMap(({ resources }) => resources));
  const families = exposedResources(tables, exporter, options).flatMap(({ table, rows }) => {
    const observed = unserved.has(table.resource) ? [] : eachObjectOf(table, inventory, exporter, options);
    const predicted = rows.map((row) => ({ row, samples: [] as SurfaceSample[] }));
    let count = 0;
    // Object by object, as the objects of a large cluster are not all in memory.
    for (const { object, settled } of observed) {
      count += 1;
      if (!settled) continue;
      const identity = table.labels(object, context);
      for (const { row, samples } of predicted) {
        for (const { labels, value } of row.samples(object, context)) samples.push({ labels: merged(identity, labels), value });
      }
    }
    if (count === 0 && context.since('2.10')) return [];
    return predicted.map(({ row, samples }) => ({
      name: familyName(row.name, format),
      type: writtenType(row.type, format, context),
      help: undefined,
      samples,
    }));
  });
  return { format, families: new Map(families.map((family) => [family.name, family])) };
}

/** Both as one. A spread takes three times the memory of `Object.assign` in V8, and a large cluster has a million samples. */
function merged(identity: Labels, labels: Labels): Labels {
  return Object.keys(labels).length === 0 ? identity : Object.assign({}, identity, labels);
}

/** A release of the exporter and its command-line options. */
export interface Release {
  readonly exporter: Version;
  readonly options: ExporterOptions;
}

/** A row of the catalogue and its table. */
export interface KnownRow {
  readonly row: FamilyRow;
  readonly table: ResourceTable;
}

/** All rows of the catalogue by family name in a format. */
export function rowsByFamily(tables: readonly ResourceTable[], format: Format): ReadonlyMap<string, KnownRow> {
  return new Map(tables.flatMap((table) => table.families.map((row) => [familyName(row.name, format), { row, table }])));
}

/** What the catalogue knows of the families of two releases. The identifying labels of a resource are read off one of its objects. */
export function knownFamilies(
  sides: Readonly<Record<'old' | 'new', Release>>,
  tables: readonly ResourceTable[],
  format: Format,
  inventory: Inventory,
): KnownFamilies {
  const rows = rowsByFamily(tables, format);
  const exposed = (side: 'old' | 'new') => {
    const { exporter, options } = sides[side];
    const resources = exposedResources(tables, exporter, options);
    return new Set(resources.flatMap((resource) => resource.rows.map(({ name }) => familyName(name, format))));
  };
  const families = { old: exposed('old'), new: exposed('new') };
  const { exporter, options } = sides.old;
  const context = contextOf(exporter, options);
  return {
    has: (side, family) => families[side].has(family),
    identity: (family) => {
      const table = rows.get(family)?.table;
      const object = table && anyObject(table, inventory, exporter);
      return table && object ? Object.keys(table.labels(object, context)) : [];
    },
  };
}

function anyObject(table: ResourceTable, inventory: Inventory, exporter: Version): KubernetesObject | undefined {
  const { apiVersion, kind } = table.reads(exporter);
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  for (const { object } of inventory.ofKind(`${group}/${kind}`)) return object;
  return undefined;
}
