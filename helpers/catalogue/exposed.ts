import { UsageError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { atLeast, formatVersion, type Version } from '../version.ts';
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

/** The releases that the tables describe: from the first one to the last minor release, with its patches. */
const releases = { first: '2.5', last: '2.20', afterLast: '2.21' };

/** @throws a UsageError with the range, if the tables do not describe a release of the exporter */
export function requireKnownRelease(exporter: Version): void {
  if (atLeast(exporter, releases.first) && !atLeast(exporter, releases.afterLast)) return;
  throw new UsageError(
    `The release ${formatVersion(exporter)} of kube-state-metrics is unknown: the catalogue has v${releases.first}.0 to v${releases.last}.`,
  );
}

/** A sentence for each resource in an allowlist of labels or annotations that does not exist, or that the exporter does not read. */
export function allowlistWarnings(
  tables: readonly ResourceTable[],
  exporter: Version,
  options: ExporterOptions,
): readonly string[] {
  const known = tables.filter((table) => isInRelease(table, exporter)).map(({ resource }) => resource);
  const exposed = new Set(exposedResources(tables, exporter, options).map(({ table }) => table.resource));
  const warnings = (flag: string, allowlists: ReadonlyMap<string, readonly string[]> = new Map()) =>
    [...allowlists.keys()].flatMap((resource) => {
      if (resource === '*' || exposed.has(resource)) return [];
      const isKnown = known.includes(resource);
      const reason = isKnown ? 'which the exporter does not read.' : `which is no resource${didYouMean(resource, known)}`;
      return `--${flag} has "${resource}", ${reason}`;
    });
  return [
    ...warnings('metric-labels-allowlist', options.metricLabelsAllowlist),
    ...warnings('metric-annotations-allowlist', options.metricAnnotationsAllowlist),
  ];
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
