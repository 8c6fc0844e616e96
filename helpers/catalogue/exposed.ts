import { atLeast, type Version } from '../version.ts';
import type { ExporterOptions, MetricPattern } from './arguments.ts';
import type { FamilyRow, ResourceTable } from './table.ts';

/** A resource that an exporter exposes, with its families. */
export interface ExposedResource {
  readonly table: ResourceTable;
  readonly rows: readonly FamilyRow[];
}

/** The resources and families that a release exposes with these options. A family that the options exclude has no header either. */
export function exposedResources(
  tables: readonly ResourceTable[],
  exporter: Version,
  options: ExporterOptions,
): readonly ExposedResource[] {
  return tables
    .filter((table) => isExposed(table, exporter, options))
    .map((table) => ({
      table,
      rows: table.families.filter((row) => isInRelease(row, exporter) && isEnabled(row, exporter, options)),
    }));
}

/** The names in `--resources` that are no resource of the release. */
export function unknownResources(
  tables: readonly ResourceTable[],
  exporter: Version,
  options: ExporterOptions,
): readonly string[] {
  const known = new Set(tables.filter((table) => isInRelease(table, exporter)).map((table) => table.resource));
  return [...(options.resources ?? [])].filter((resource) => !known.has(resource));
}

function isExposed(table: ResourceTable, exporter: Version, options: ExporterOptions): boolean {
  if (!isInRelease(table, exporter)) return false;
  return options.resources ? options.resources.has(table.resource) : table.isDefault(exporter);
}

function isInRelease({ since, until }: Pick<FamilyRow, 'since' | 'until'>, exporter: Version): boolean {
  return (since === undefined || atLeast(exporter, since)) && (until === undefined || !atLeast(exporter, until));
}

function isEnabled({ optIn, name }: FamilyRow, exporter: Version, options: ExporterOptions): boolean {
  const isListed = (patterns: readonly MetricPattern[] = []) => patterns.some((pattern) => pattern.test(name, exporter));
  if (optIn && !isListed(options.metricOptInList)) return false;
  if (options.metricAllowlist && !isListed(options.metricAllowlist)) return false;
  return !isListed(options.metricDenylist);
}
