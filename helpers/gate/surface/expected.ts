import type { Scraped } from '../../accounting/account.ts';
import { writtenType } from '../../accounting/headers.ts';
import { eachObjectOf, type Inventory, type Observed } from '../../accounting/inventory.ts';
import { knownIssuesFor } from '../../accounting/known-issues.ts';
import type { ExporterOptions } from '../../catalogue/arguments.ts';
import { exposedResources } from '../../catalogue/exposed.ts';
import { contextOf, type FamilyRow, type ResourceTable } from '../../catalogue/table.ts';
import type { Format } from '../../exposition/model.ts';
import { numbered, PackedSamples } from '../../exposition/packed-samples.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { groupAndKind } from '../../kube/object-store.ts';
import { familyName, type Surface } from '../../prometheus/rules/surface.ts';
import { formatVersion, type Version } from '../../version.ts';
import type { KnownFamilies } from './compare.ts';

/** What an exporter exposes, with its release and options. */
export interface SurfaceSide {
  readonly surface: Surface;
  /** `v2.5.0` */
  readonly exporter: string;
  readonly options: ExporterOptions;
}

/** The same with the scrape that the surface is of. */
export interface ScrapedSide extends SurfaceSide {
  readonly scraped: Scraped;
}

export interface SurfaceRequest {
  readonly old: SurfaceSide;
  readonly new: SurfaceSide;
  /** All objects before both scrapes. */
  readonly objects: Iterable<KubernetesObject>;
  /** All objects after both scrapes; undefined if nothing can have changed. */
  readonly after?: Iterable<KubernetesObject>;
  /** `v1.34.1`; undefined to assume that every API is served. */
  readonly kubernetes: string | undefined;
  /** What the catalogue predicts of both for the objects, where it is known; the changes are then dated by some of the objects. */
  readonly predicted?: Readonly<Record<'old' | 'new', Surface>>;
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
    const predicted = rows.map((row) => ({ row, samples: new PackedSamples() }));
    let count = 0;
    // Object by object, as the objects of a large cluster are not all in memory.
    for (const { object, settled } of observed) {
      count += 1;
      if (!settled) continue;
      const identity = numbered(table.labels(object, context));
      for (const { row, samples } of predicted) {
        for (const { labels, value } of row.samples(object, context)) samples.add(identity, labels, value);
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

/** A release of the exporter and its command-line options. */
export interface Release {
  readonly exporter: Version;
  readonly options: ExporterOptions;
}

/** An object with the sides that expose it. */
export interface ObservedBySides extends Observed {
  readonly exposedBy: readonly ('old' | 'new')[];
}

/** The objects that the sides expose for a table. They are read once where both expose the same, as reading takes time in a large cluster. */
export function* eachObjectOfSides(
  table: ResourceTable,
  sides: Readonly<Record<'old' | 'new', Release>>,
  inventory: Inventory,
): Generator<ObservedBySides> {
  const { old, new: now } = sides;
  const selection = ({ exporter }: Release) => {
    const { apiVersion, kind } = table.reads(exporter);
    return [groupAndKind(apiVersion, kind), table.listsNamespace?.(exporter)].join(' ');
  };
  const isSame = old.options === now.options && selection(old) === selection(now);
  const readings: readonly (readonly ['old' | 'new', ...('old' | 'new')[]])[] = isSame ? [['old', 'new']] : [['old'], ['new']];
  for (const exposedBy of readings) {
    const { exporter, options } = sides[exposedBy[0]];
    for (const observed of eachObjectOf(table, inventory, exporter, options)) yield { ...observed, exposedBy };
  }
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
  const identities = new Map<ResourceTable, readonly string[]>();
  const identityOf = (table: ResourceTable) => {
    const { apiVersion, kind } = table.reads(exporter);
    for (const { object } of inventory.ofKind(groupAndKind(apiVersion, kind))) return Object.keys(table.labels(object, context));
    return [];
  };
  return {
    has: (side, family) => families[side].has(family),
    identity: (family) => {
      const table = rows.get(family)?.table;
      if (table === undefined) return [];
      const identity = identities.get(table) ?? identityOf(table);
      identities.set(table, identity);
      return identity;
    },
  };
}
