import { exposedResources } from '../../accounting/exposed.ts';
import type { Inventory } from '../../accounting/inventory.ts';
import type { ExporterOptions } from '../../accounting/options.ts';
import { contextOf, type FamilyRow, type ResourceTable } from '../../accounting/table.ts';
import type { Format } from '../../exposition/model.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { Version } from '../../version.ts';
import type { KnownFamilies } from './compare.ts';
import { familyName } from './surface.ts';

/** A release and what it is told on its command line. */
export interface Release {
  readonly exporter: Version;
  readonly options: ExporterOptions;
}

/** A family's row and the resource that it belongs to. */
export interface KnownRow {
  readonly row: FamilyRow;
  readonly table: ResourceTable;
}

/** Every family of the tables under the name that a format gives it. */
export function rowsByFamily(tables: readonly ResourceTable[], format: Format): ReadonlyMap<string, KnownRow> {
  return new Map(tables.flatMap((table) => table.families.map((row) => [familyName(row.name, format), { row, table }])));
}

/** What the tables know of the families of two releases, with objects to tell the labels of a resource from. */
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
  for (const { object } of inventory.get(`${group}/${kind}`)?.values() ?? []) return object;
  return undefined;
}
