import { deviationsFor } from '../../accounting/deviations.ts';
import { exposedResources } from '../../accounting/exposed.ts';
import { writtenType } from '../../accounting/headers.ts';
import { type Inventory, objectsOf } from '../../accounting/inventory.ts';
import type { ExporterOptions } from '../../accounting/options.ts';
import { type Context, contextOf, type FamilyRow, type ResourceTable } from '../../accounting/table.ts';
import type { Format } from '../../exposition/model.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { formatVersion, type Version } from '../../version.ts';
import { familyName, type Surface, type SurfaceFamily } from './surface.ts';

/** A release with its arguments, in a cluster: what its surface follows from. */
export interface ExpectedOf {
  readonly exporter: Version;
  readonly options: ExporterOptions;
  readonly format: Format;
  /** The cluster's release; undefined where every API is taken for served. */
  readonly kubernetes: string | undefined;
}

/**
 * The surface that a release must have by the tables, for the objects that held still.
 * Of what the cluster does not serve in the version that the release asks for, there are headers at most.
 * @throws an Error when a row cannot tell an object's samples
 */
export function expectedSurface(
  { exporter, options, format, kubernetes }: ExpectedOf,
  inventory: Inventory,
  tables: readonly ResourceTable[],
): Surface {
  const context = contextOf(exporter, options);
  const unserved = new Set(deviationsFor(formatVersion(exporter), kubernetes).flatMap(({ resources }) => resources));
  const families = exposedResources(tables, exporter, options).flatMap(({ table, rows }) => {
    const observed = unserved.has(table.resource) ? [] : objectsOf(table, inventory, exporter, options);
    if (observed.length === 0 && context.since('2.10')) return [];
    const settled = observed.filter(({ settled: still }) => still).map(({ object }) => object);
    return rows.map((row) => familyOfRow(row, table, settled, format, context));
  });
  return { format, families: new Map(families.map((family) => [family.name, family])) };
}

function familyOfRow(
  row: FamilyRow,
  table: ResourceTable,
  objects: readonly KubernetesObject[],
  format: Format,
  context: Context,
): SurfaceFamily {
  const samples = objects.flatMap((object) => {
    const own = table.labels(object, context);
    return row.samples(object, context).map(({ labels, value }) => ({ labels: { ...own, ...labels }, value }));
  });
  return { name: familyName(row.name, format), type: writtenType(row.type, format, context), help: undefined, samples };
}
