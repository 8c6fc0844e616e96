import { type ChosenExporter, chooseExporter, kubernetesOf } from '../../account/exporter-pod.ts';
import { savedFile } from '../../account/options.ts';
import { configFileOf, firstWith, parseExporterArguments } from '../../catalogue/arguments.ts';
import { requireKnownRelease, unknownResources } from '../../catalogue/exposed.ts';
import { withConfigFile } from '../../catalogue/flags.ts';
import { tables } from '../../catalogue/resources/index.ts';
import { UsageError } from '../../errors.ts';
import type { ObjectStore } from '../../kube/object-store.ts';
import { atLeast, compareVersions, formatVersion, parseVersion, type Version } from '../../version.ts';
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
  const exporterOptions = parseExporterArguments(withSavedConfig(chosen, version, read.objects));
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

/**
 * The arguments with the options of the file of `--config`, which replace them.
 * @throws UsageError where the file is not known: its options are not dropped in silence
 */
function withSavedConfig({ args, files }: ChosenExporter, version: Version, objects: ObjectStore): readonly string[] {
  const path = configFileOf(args);
  if (path === undefined) return args;
  const text = savedFile(files, path, objects);
  if (text !== undefined && atLeast(version, firstWith.configFile)) return withConfigFile(args, text, path);
  const why = text === undefined ? 'no ConfigMap with that file is known' : `that is followed from v${firstWith.configFile}.0 on`;
  throw new UsageError(
    `The exporter reads its options from ${path}, and ${why}: set --args to the options of the file, or preview with --audit.`,
  );
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
