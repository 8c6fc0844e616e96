import { closeSync } from 'node:fs';
import { namesOf } from '../accounting/account.ts';
import {
  type ConfigFile,
  configFileOf,
  customResourceStateFile,
  type ExporterOptions,
  firstWith,
  ownPodOf,
  parseExporterArguments,
} from '../catalogue/arguments.ts';
import { parseCustomResourceState } from '../catalogue/custom/config.ts';
import { customTables, resourcesWithoutGroup } from '../catalogue/custom/tables.ts';
import { exposedResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import { UsageError } from '../errors.ts';
import { textOfMounts } from '../exporter/mounted.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { ObjectStore } from '../kube/object-store.ts';
import { didYouMean } from '../nearest.ts';
import { openSavedFile, readSavedFile } from '../saved-file.ts';
import { atLeast, formatVersion, type Version } from '../version.ts';
import type { AccountArguments } from './command-line.ts';
import type { ChosenExporter } from './exporter-pod.ts';

/**
 * The options of the exporter's arguments and of the files that it mounts: of a copy that is given, or else of the ConfigMap among the objects.
 * @throws UsageError without either, and when the exporter would refuse the file
 */
export async function optionsOf(
  { args, files }: Pick<ChosenExporter, 'args' | 'files'>,
  version: Version,
  given: AccountArguments,
  objects: ObjectStore,
): Promise<ExporterOptions> {
  const savedText = (path: string) => savedFile(files, path, objects);
  const config = await configOf(args, version, given, savedText);
  const options = parseExporterArguments(args, config);
  const path = given.customResourceStateConfigFile;
  const mounted = customResourceStateFile(args, config);
  if (path !== undefined && options.customResources)
    throw new UsageError(
      '--custom-resource-state-config-file has no effect: the exporter has --custom-resource-state-config, which takes precedence over its file.',
    );
  const text = path === undefined ? mounted && savedText(mounted) : await readText(path, given);
  if (text === undefined && mounted !== undefined)
    throw new UsageError(
      `--custom-resource-state-config-file is missing: the exporter reads ${mounted}, ${notSaved}, or set --args without that option.`,
    );
  const configured =
    text === undefined ? options : { ...options, customResources: parseCustomResourceState(text, path ?? mounted ?? '') };
  if (configured.customResources && !atLeast(version, firstWith.customResources))
    throw new UsageError(
      `Custom resource state of the exporter ${formatVersion(version)} is not supported: the accounting follows it from v${firstWith.customResources}.0 on.`,
    );
  return configured;
}

const notSaved =
  'and no ConfigMap with that file is among the objects: save the one that its pod mounts as well, set the option to a copy of the file';

/** The text of a file that an exporter mounts from a ConfigMap among the objects; undefined where it is not there. */
export function savedFile(files: ChosenExporter['files'], path: string, objects: ObjectStore): string | undefined {
  const mounts = files?.();
  if (!mounts) return undefined;
  return textOfMounts(mounts, path, (name) => {
    const fullName = `${mounts.namespace ?? ''}/${name}`;
    return [...objects.ofKind('/ConfigMap', (_, namespacedName) => namespacedName === fullName)][0];
  });
}

interface StatefulSet extends KubernetesObject {
  readonly spec?: { readonly replicas?: number };
}

/**
 * The arguments of an exporter that finds its shard by its pod and StatefulSet, with that shard; others as they are. A pod's ordinal is
 * its shard, and the number of replicas the total. Source: the exporter's pkg/metricshandler/metrics_handler.go.
 * @throws UsageError if the pod's StatefulSet is not among the objects
 */
export function withShardOfPod(args: readonly string[], objects: ObjectStore): readonly string[] {
  const own = ownPodOf(args);
  if (!own) return args;
  const find = (kind: string, name: string | undefined): KubernetesObject | undefined => {
    const named = objects.ofKind(kind, (_, namespacedName) => namespacedName === `${own.namespace}/${name}`);
    return [...named][0];
  };
  const owner = find('/Pod', own.name)?.metadata.ownerReferences?.find(({ kind }) => kind === 'StatefulSet')?.name;
  const set = find('apps/StatefulSet', owner) as StatefulSet | undefined;
  const ordinal = /-(\d+)$/.exec(own.name)?.[1];
  if (!set || ordinal === undefined)
    throw new UsageError(
      `--pod is ${own.namespace}/${own.name}, whose StatefulSet is not among the objects: save it as well, or set --shard and --total-shards with --args.`,
    );
  return [...args, `--shard=${ordinal}`, `--total-shards=${set.spec?.replicas ?? 1}`, '--pod='];
}

/** A saved scrape with the options of the shard that it comes from. */
export interface SavedShard {
  readonly path: string;
  readonly options: ExporterOptions;
}

/**
 * The shards of the scrapes, which are in the order of the shards; a single scrape has the options as they are.
 * @throws UsageError if the exporter has another number of shards than there are scrapes
 */
export function shardsOf(options: ExporterOptions, paths: readonly string[]): readonly SavedShard[] {
  const total = paths.length;
  if (total === 1) return paths.map((path) => ({ path, options }));
  if (options.shard && options.shard.total !== total)
    throw new UsageError(
      `--metrics is set ${total} times, but the exporter has --total-shards=${options.shard.total}: expected the scrape of each shard, in their order.`,
    );
  return paths.map((path, ordinal) => ({ path, options: { ...options, shard: { ordinal, total } } }));
}

/** @throws UsageError with the nearest name, if a name is no resource that the exporter reads */
export function savedResources(
  names: readonly string[] | undefined,
  version: Version,
  options: ExporterOptions,
  objects: Iterable<KubernetesObject>,
): ReadonlySet<string> | undefined {
  if (!names) return undefined;
  const read = [...exposedResources(tables, version, options).map(({ table }) => table), ...customTables(options, objects)];
  const known = read.flatMap(namesOf);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return new Set(names);
  throw new UsageError(`--resources-saved has "${unknown}", which the exporter does not read${didYouMean(unknown, known)}`);
}

async function configOf(
  args: readonly string[],
  version: Version,
  given: AccountArguments,
  savedText: (path: string) => string | undefined,
): Promise<ConfigFile | undefined> {
  const mounted = configFileOf(args);
  const path = given.config ?? mounted;
  if (path === undefined) return undefined;
  const text = given.config === undefined ? savedText(path) : await readText(given.config, given);
  if (text === undefined)
    throw new UsageError(
      `--config is missing: the exporter reads its options from ${path}, ${notSaved}, or set --args without --config.`,
    );
  if (!atLeast(version, firstWith.configFile))
    throw new UsageError(
      `--config of the exporter ${formatVersion(version)} is not supported: the accounting follows it from v${firstWith.configFile}.0 on; set --args.`,
    );
  return { text, path };
}

async function readText(path: string, { maxBytes }: AccountArguments): Promise<string> {
  const file = await openSavedFile(path, { maxBytes });
  try {
    return readSavedFile(file, path, maxBytes).toString('utf8');
  } finally {
    closeSync(file);
  }
}

/** A sentence for each custom resource that the exporter skips. */
export function customResourceWarnings({ customResources }: ExporterOptions): readonly string[] {
  return resourcesWithoutGroup(customResources).map(
    (kind) => `The configuration of custom resource state has no group for the kind "${kind}", so the exporter skips it.`,
  );
}
