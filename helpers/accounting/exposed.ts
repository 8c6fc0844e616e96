import type { Version } from '../version.ts';
import { atLeast } from '../version.ts';
import type { ExporterOptions } from './options.ts';
import type { FamilyRow, ResourceTable } from './table.ts';

/** A resource that an exporter reads, with the families it exposes for it. */
export interface ExposedResource {
  readonly table: ResourceTable;
  readonly rows: readonly FamilyRow[];
}

/** Whether the release has the family at all. */
function isInRelease(row: FamilyRow, exporter: Version): boolean {
  const arrived = row.since === undefined || atLeast(exporter, row.since);
  const gone = row.until !== undefined && atLeast(exporter, row.until);
  return arrived && !gone;
}

/** What a release with these arguments exposes. A family that the arguments leave out has no header either. */
export function exposedResources(
  tables: readonly ResourceTable[],
  exporter: Version,
  options: ExporterOptions,
): readonly ExposedResource[] {
  return tables
    .filter((table) => isRead(table, exporter, options))
    .map((table) => ({ table, rows: table.families.filter((row) => isInRelease(row, exporter) && isWanted(row, options)) }));
}

/** Names in `--resources` that no table of this release knows. */
export function unknownResources(
  tables: readonly ResourceTable[],
  exporter: Version,
  options: ExporterOptions,
): readonly string[] {
  const known = new Set(tables.filter((table) => isKnown(table, exporter)).map((table) => table.resource));
  return [...(options.resources ?? [])].filter((resource) => !known.has(resource));
}

function isRead(table: ResourceTable, exporter: Version, options: ExporterOptions): boolean {
  if (!isKnown(table, exporter)) return false;
  return options.resources ? options.resources.has(table.resource) : table.isDefault(exporter);
}

function isKnown(table: ResourceTable, exporter: Version): boolean {
  return table.since === undefined || atLeast(exporter, table.since);
}

function isWanted(row: FamilyRow, options: ExporterOptions): boolean {
  if (row.optIn && !matchesAny(options.metricOptInList, row.name)) return false;
  if (options.metricAllowlist && !matchesAny(options.metricAllowlist, row.name)) return false;
  return !matchesAny(options.metricDenylist, row.name);
}

function matchesAny(patterns: readonly RegExp[] | undefined, name: string): boolean {
  return patterns?.some((pattern) => pattern.test(name)) ?? false;
}
