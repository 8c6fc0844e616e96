import { chooseExporter, kubernetesOf } from '../../account/exporter-pod.ts';
import { parseExporterArguments } from '../../catalogue/arguments.ts';
import { requireKnownRelease, unknownResources } from '../../catalogue/exposed.ts';
import { tables } from '../../catalogue/resources/index.ts';
import { UsageError } from '../../errors.ts';
import { compareVersions, formatVersion, parseVersion } from '../../version.ts';
import { releasesBetween } from '../surface/classify.ts';
import type { SurfaceSide } from '../surface/expected.ts';
import { type ReadOrigin, readFiles } from './files.ts';
import { ALL_RELEASES, type PreviewOptions } from './options.ts';

/** What a preview is computed from. */
export interface PreviewInputs extends Omit<ReadOrigin, 'exporter'> {
  /** The old release with the exporter's arguments. */
  readonly old: Omit<SurfaceSide, 'surface'>;
  /** The releases to compare with the old one, the oldest first; the last one is the candidate. */
  readonly candidates: readonly string[];
}

/** The newest release of the catalogue. */
const newest = 'v2.20.0';

/**
 * Reads the objects and, where there is one, the scrape of the old release.
 * @param signal aborts the requests to a cluster
 * @throws a UsageError for a file that cannot be read, an unknown release, an unknown resource, and a candidate that is the old release
 */
export async function readInputs(options: PreviewOptions, signal: AbortSignal): Promise<PreviewInputs> {
  const { exporter, ...read } = await readOrigin(options, signal);
  const chosen = chooseExporter(read.notable, {
    ...(options.from !== undefined || exporter ? { exporter: options.from ?? exporter?.version ?? '' } : {}),
    ...(options.args || exporter ? { args: options.args ?? exporter?.args ?? [] } : {}),
  });
  const version = parseVersion(chosen.version);
  requireKnownRelease(version);
  const exporterOptions = parseExporterArguments(chosen.args);
  const [unknown] = unknownResources(tables, version, exporterOptions);
  if (unknown !== undefined) throw new UsageError(`No table knows the resource "${unknown}" of exporter ${chosen.version}.`);
  const kubernetes = options.kubernetes ?? read.kubernetes ?? kubernetesOf(read.notable);
  return {
    ...read,
    old: { exporter: formatVersion(version), options: exporterOptions },
    candidates: candidatesOf(formatVersion(version), options.to),
    ...(kubernetes !== undefined && { kubernetes }),
  };
}

function candidatesOf(from: string, to: string): readonly string[] {
  if (to !== ALL_RELEASES) {
    requireKnownRelease(parseVersion(to));
    if (to === from) throw new UsageError(`--from and --to are both ${to}: expected two releases.`);
    return [to];
  }
  const [first, last] = [parseVersion(from), parseVersion(newest)];
  if (compareVersions(first, last) >= 0)
    throw new UsageError(`There is no release after ${from}: the catalogue ends with ${newest}.`);
  return releasesBetween(first, last).map(formatVersion);
}

async function readOrigin(options: PreviewOptions, signal: AbortSignal): Promise<ReadOrigin> {
  if (options.origin.kind === 'files') return readFiles(options.origin);
  // Imported only here: saved files need no client.
  const { readCluster } = await import('./cluster.ts');
  return readCluster(options.origin, options, newest, signal);
}
