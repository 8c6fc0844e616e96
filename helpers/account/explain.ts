import { closeSync } from 'node:fs';
import { type Accounting, account, isAccounted, namesOf } from '../accounting/account.ts';
import {
  type ConfigFile,
  configFileOf,
  customResourceStateFile,
  type ExporterOptions,
  parseExporterArguments,
} from '../catalogue/arguments.ts';
import { parseCustomResourceState } from '../catalogue/custom/config.ts';
import { customTables, resourcesWithoutGroup } from '../catalogue/custom/tables.ts';
import { allowlistWarnings, exposedResources, requireKnownRelease, unknownResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import { UsageError } from '../errors.ts';
import { formatByContent } from '../exposition/format.ts';
import type { Violation } from '../exposition/model.ts';
import { type ReadExposition, readExposition } from '../exposition/read.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { didYouMean } from '../nearest.ts';
import { beginning, headOf, openSavedFile, readSavedFile, streamSavedFile } from '../saved-file.ts';
import { atLeast, formatVersion, parseVersion, type Version } from '../version.ts';
import type { AccountArguments } from './command-line.ts';
import { chooseExporter, kubernetesOf } from './exporter-pod.ts';
import { repeatsIn } from './repeats.ts';
import { readSavedObjects } from './saved-objects.ts';

/** Older releases compute custom resource state by other rules. */
const FIRST_WITH_CUSTOM_RESOURCES = '2.10';

/** Older releases add the sets of the file to those of the flags instead of replacing them. */
const FIRST_WITH_CONFIG = '2.17';

/** The accounting of a saved scrape. */
export interface Explained {
  readonly accounting: Accounting;
  /** The exporter's release: `v2.6.0`. */
  readonly exporter: string;
  /** The cluster's release, `v1.34.1`; undefined if it is unknown. */
  readonly kubernetes: string | undefined;
  /** The series that are exposed more than once and that no known issue explains, a line each. */
  readonly repeated: readonly string[];
  /** The known issues that explain other repeated series. */
  readonly knownRepeats: readonly string[];
  /** Sentences about arguments without effect. */
  readonly warnings: readonly string[];
  /** The violations of the format. A sample on such a line counts as not exposed. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
}

/**
 * Reads the files and accounts for the scrape.
 * @throws a UsageError when a file cannot be read, when it is not clear which exporter is meant, or when there was nothing to account
 * for: no object, no sample, or none that stood still.
 */
export async function explain(given: AccountArguments): Promise<Explained> {
  const [before = [], after] = await Promise.all(given.objects.map((path) => readSavedObjects(path, given.maxBytes)));
  const chosen = chooseExporter(after ?? before, given);
  const version = parseVersion(chosen.version);
  requireKnownRelease(version);
  const options = await optionsOf(chosen.args, version, given);
  const [unknown] = unknownResources(tables, version, options);
  if (unknown !== undefined) throw new UsageError(`No table knows the resource "${unknown}" of exporter ${chosen.version}.`);
  const kubernetes = given.kubernetes ?? kubernetesOf(after ?? before);
  const { exposition, violations, violationCount } = await readSavedExposition(given.metrics, given.maxBytes);
  const saved = savedResources(given.resourcesSaved, version, options, before);
  const accounting = account({
    exposition,
    objects: before,
    exporter: chosen.version,
    options,
    ...(after && { after }),
    ...(saved && { saved }),
    ...(kubernetes !== undefined && { kubernetes }),
  });
  if (accounting.explained === 0 && isAccounted(accounting)) {
    const why =
      accounting.unsettled.length > 0
        ? 'every object of its samples changed between the two readings'
        : 'no object explains any of its samples';
    throw new UsageError(
      `Of ${given.metrics} nothing can be judged, which proves nothing: ${why}. Save the objects and the scrape again.`,
    );
  }
  return {
    accounting,
    exporter: chosen.version,
    kubernetes,
    ...repeatsIn(exposition, violations, { exporter: chosen.version, kubernetes }),
    warnings: [...allowlistWarnings(tables, version, options), ...customResourceWarnings(options)],
    violations,
    violationCount,
  };
}

/** Whether every sample is accounted for and every series is exposed once; known issues are accepted. */
export function isCorrect({ accounting, repeated }: Pick<Explained, 'accounting' | 'repeated'>): boolean {
  return isAccounted(accounting) && repeated.length === 0;
}

/** The options of the exporter's arguments and of the files that it mounts. */
async function optionsOf(args: readonly string[], version: Version, given: AccountArguments): Promise<ExporterOptions> {
  const config = await configOf(args, version, given);
  const options = parseExporterArguments(args, config);
  const path = given.customResourceStateConfigFile;
  const mounted = customResourceStateFile(args, config);
  if (path === undefined && mounted !== undefined)
    throw new UsageError(
      `--custom-resource-state-config-file is missing: the exporter reads ${mounted}, so set it to a copy of that file (or set --args without that option).`,
    );
  if (path !== undefined && options.customResources)
    throw new UsageError(
      '--custom-resource-state-config-file has no effect: the exporter has --custom-resource-state-config, which takes precedence over its file.',
    );
  const configured =
    path === undefined ? options : { ...options, customResources: parseCustomResourceState(await readText(path, given), path) };
  if (configured.customResources && !atLeast(version, FIRST_WITH_CUSTOM_RESOURCES))
    throw new UsageError(
      `Custom resource state of the exporter ${formatVersion(version)} is not supported: the accounting follows it from v${FIRST_WITH_CUSTOM_RESOURCES}.0 on.`,
    );
  return configured;
}

/** @throws UsageError with the nearest name, if a name is no resource that the exporter reads */
function savedResources(
  names: readonly string[] | undefined,
  version: Version,
  options: ExporterOptions,
  objects: readonly KubernetesObject[],
): ReadonlySet<string> | undefined {
  if (!names) return undefined;
  const read = [...exposedResources(tables, version, options).map(({ table }) => table), ...customTables(options, objects)];
  const known = read.flatMap(namesOf);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return new Set(names);
  throw new UsageError(`--resources-saved has "${unknown}", which the exporter does not read${didYouMean(unknown, known)}`);
}

async function configOf(args: readonly string[], version: Version, given: AccountArguments): Promise<ConfigFile | undefined> {
  const mounted = configFileOf(args);
  if (given.config === undefined) {
    if (mounted === undefined) return undefined;
    throw new UsageError(
      `--config is missing: the exporter reads its options from ${mounted}, so set it to a copy of that file (or set --args without --config).`,
    );
  }
  if (!atLeast(version, FIRST_WITH_CONFIG))
    throw new UsageError(
      `--config of the exporter ${formatVersion(version)} is not supported: the accounting follows it from v${FIRST_WITH_CONFIG}.0 on; set --args.`,
    );
  return { text: await readText(given.config, given), path: given.config };
}

async function readText(path: string, { maxBytes }: AccountArguments): Promise<string> {
  const file = await openSavedFile(path, { maxBytes });
  try {
    return readSavedFile(file, path, maxBytes).toString('utf8');
  } finally {
    closeSync(file);
  }
}

function customResourceWarnings({ customResources }: ExporterOptions): readonly string[] {
  return resourcesWithoutGroup(customResources).map(
    (kind) => `The configuration of custom resource state has no group for the kind "${kind}", so the exporter skips it.`,
  );
}

/** A saved scrape does not have its content type. */
async function readSavedExposition(path: string, maxBytes: number): Promise<ReadExposition> {
  const file = await openSavedFile(path, { maxBytes });
  try {
    const read = await readExposition(streamSavedFile(file, path, maxBytes), { format: formatByContent(file) });
    if (read.exposition.samples > 0) return read;
    if (headOf(file).includes('\r\n'))
      throw new UsageError(`${path} has CRLF line endings: save it with line feeds, as the exporter returned it.`);
    throw new UsageError(
      `${path} holds no sample, and accounting for nothing proves nothing: expected what the exporter's /metrics returns; it begins with ${beginning(headOf(file).toString('utf8'))}.`,
    );
  } finally {
    closeSync(file);
  }
}
