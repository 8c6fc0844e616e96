import { RE2JS, RE2JSException } from 're2js';
import { UsageError } from '../errors.ts';
import { atLeast, type Version } from '../version.ts';
import { type CustomResource, parseCustomResourceState } from './custom/config.ts';
import { type Flags, flagsInConfigFile, flagsOf } from './flags.ts';
import type { Shard } from './sharding.ts';

/** The exporter's arguments that change what it exposes. Undefined is the exporter's default. */
export interface ExporterOptions {
  /** `--resources` */
  readonly resources?: ReadonlySet<string>;
  /** `--namespaces`, in their order */
  readonly namespaces?: ReadonlySet<string>;
  /** `--namespaces-denylist` */
  readonly namespacesDenylist?: ReadonlySet<string>;
  /** `--metric-allowlist` */
  readonly metricAllowlist?: readonly MetricPattern[];
  /** `--metric-denylist` */
  readonly metricDenylist?: readonly MetricPattern[];
  /** `--metric-opt-in-list` */
  readonly metricOptInList?: readonly MetricPattern[];
  /** `--metric-labels-allowlist`: label keys by resource */
  readonly metricLabelsAllowlist?: ReadonlyMap<string, readonly string[]>;
  /** `--metric-annotations-allowlist`: annotation keys by resource */
  readonly metricAnnotationsAllowlist?: ReadonlyMap<string, readonly string[]>;
  /** `--shard` and `--total-shards`; undefined for a single shard */
  readonly shard?: Shard;
  /** `--node`: only pods on this node */
  readonly node?: string;
  /** `--track-unscheduled-pods`: only pods without a node */
  readonly unscheduledPods?: true;
  /** `--object-limit`: how many objects of each resource are listed; undefined for all */
  readonly objectLimit?: number;
  /** `--custom-resource-state-config`, or the content of its file */
  readonly customResources?: readonly CustomResource[];
}

/** An unanchored regular expression for family names. */
export interface MetricPattern {
  /** Whether a release of the exporter finds the expression in a family name; an expression that is not valid in it matches nothing. */
  test(family: string, exporter: Version): boolean;
}

const GROUP = /^\s*([^=,[\]]+?)\s*=\[([^[\]=]*)\]$/;

/** Flags that change what is exposed depending on a file or on the cluster. */
const UNSUPPORTED_FLAGS: ReadonlyMap<string, string> = new Map([
  ['config', 'its options are in a file: set them as arguments with --args'],
  ['pod', 'its shard depends on the StatefulSet: set --shard and --total-shards with --args'],
]);

/**
 * The releases from which on the options are followed. Older ones compute custom resource state by other rules, and add the sets of the
 * configuration file to those of the flags instead of replacing them.
 */
export const firstWith = { customResources: '2.10', configFile: '2.17' } as const;

/**
 * Parses the exporter's arguments, `--flag=value` or `--flag value`, as in a container's `args`.
 * The values of a repeated list flag are concatenated, except for the label and annotation allowlists: their last value applies.
 * @throws a UsageError if a value is invalid, if options exclude each other, or if an unsupported flag (autosharding, a configuration
 *   file) is set.
 * @param configFile the file of `--config`, whose values replace those of the arguments
 */
export function parseExporterArguments(args: readonly string[], configFile?: ConfigFile): ExporterOptions {
  const flags = readFlags(args, configFile);
  for (const [name, values] of flags) {
    const reason = values.at(-1) === '' ? undefined : UNSUPPORTED_FLAGS.get(name);
    if (reason !== undefined) throw new UsageError(`--${name} is not supported: ${reason}.`);
  }
  const namespaces = list(flags, 'namespaces');
  const denied = list(flags, 'namespaces-denylist');
  const resources = flags.get('custom-resource-state-only')?.at(-1) === 'true' ? [] : list(flags, 'resources');
  const allow = patterns(flags, 'metric-allowlist');
  const deny = patterns(flags, 'metric-denylist');
  if (allow && deny)
    throw new UsageError('--metric-allowlist and --metric-denylist exclude each other: the exporter does not start with both.');
  const optIn = patterns(flags, 'metric-opt-in-list');
  const labels = flags.get('metric-labels-allowlist')?.at(-1);
  const annotations = flags.get('metric-annotations-allowlist')?.at(-1);
  return {
    ...shardOf(flags),
    ...objectLimitOf(flags),
    ...podsOf(flags, resources),
    ...customResourcesOf(flags),
    ...(resources && { resources: new Set(resources) }),
    ...(namespaces && { namespaces: new Set(namespaces) }),
    ...(denied && { namespacesDenylist: new Set(denied) }),
    ...(allow && { metricAllowlist: allow }),
    ...(deny && { metricDenylist: deny }),
    ...(optIn && { metricOptInList: optIn }),
    ...(labels !== undefined && { metricLabelsAllowlist: parseAllowlists('metric-labels-allowlist', labels) }),
    ...(annotations !== undefined && {
      metricAnnotationsAllowlist: parseAllowlists('metric-annotations-allowlist', annotations),
    }),
  };
}

/** The custom resources of the inline configuration, which the exporter prefers to that of a file. */
function customResourcesOf(flags: Flags): Pick<ExporterOptions, 'customResources'> {
  const inline = flags.get('custom-resource-state-config')?.at(-1) ?? '';
  return inline === '' ? {} : { customResources: parseCustomResourceState(inline, '--custom-resource-state-config') };
}

/** The path of the exporter's custom resource state file, unless an inline configuration takes precedence. */
export function customResourceStateFile(args: readonly string[], configFile?: ConfigFile): string | undefined {
  const flags = readFlags(args, configFile);
  if (flags.get('custom-resource-state-config')?.at(-1)) return undefined;
  return flags.get('custom-resource-state-config-file')?.at(-1) || undefined;
}

/** The content of the file of `--config`, and its path for errors. */
export interface ConfigFile {
  readonly text: string;
  readonly path: string;
}

/** The path of the exporter's `--config`; undefined without it. */
export function configFileOf(args: readonly string[]): string | undefined {
  return readFlags(args).get('config')?.at(-1);
}

/** The name of the exporter's own pod, by which it finds its shard; undefined without `--pod` or `--pod-namespace`. */
export function ownPodOf(args: readonly string[]): { readonly name: string; readonly namespace: string } | undefined {
  const flags = readFlags(args);
  const [name, namespace] = [flags.get('pod')?.at(-1), flags.get('pod-namespace')?.at(-1)];
  return name && namespace ? { name, namespace } : undefined;
}

function readFlags(args: readonly string[], configFile?: ConfigFile): Flags {
  const flags = flagsOf(args);
  if (!configFile) return flags;
  const merged = new Map([...flags, ...flagsInConfigFile(configFile.text, configFile.path)]);
  merged.delete('config');
  return merged;
}

/** The shard of `--shard` and `--total-shards`, 0 and 1 by default. */
function shardOf(flags: Flags): Pick<ExporterOptions, 'shard'> {
  const [ordinal, total] = [numberOf(flags, 'shard', 0), numberOf(flags, 'total-shards', 1)];
  if (ordinal >= total)
    throw new UsageError(`--shard is ${ordinal}, but --total-shards is ${total}: expected a smaller --shard.`);
  return total === 1 ? {} : { shard: { ordinal, total } };
}

/** 0 is no limit. */
function objectLimitOf(flags: Flags): Pick<ExporterOptions, 'objectLimit'> {
  const objectLimit = numberOf(flags, 'object-limit', 0);
  return objectLimit === 0 ? {} : { objectLimit };
}

function numberOf(flags: Flags, name: string, fallback: number): number {
  const text = flags.get(name)?.at(-1) ?? String(fallback);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} is "${text}": expected a number.`);
}

/** The selection of pods by `--node` or `--track-unscheduled-pods`, which other resources do not support. */
function podsOf(flags: Flags, resources: readonly string[] | undefined): Pick<ExporterOptions, 'node' | 'unscheduledPods'> {
  const node = flags.get('node')?.at(-1) || undefined;
  const unscheduled = flags.get('track-unscheduled-pods')?.at(-1) === 'true';
  if (node === undefined && !unscheduled) return {};
  if (node !== undefined && unscheduled)
    throw new UsageError('--node and --track-unscheduled-pods exclude each other: set one of them.');
  if (resources?.join() !== 'pods') {
    throw new UsageError(`--${unscheduled ? 'track-unscheduled-pods' : 'node'} selects pods: expected --resources=pods with it.`);
  }
  return node === undefined ? { unscheduledPods: true } : { node };
}

function list(flags: Flags, name: string): string[] | undefined {
  const items = (flags.get(name) ?? [])
    .flatMap((value) => value.split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length === 0 ? undefined : items;
}

function patterns(flags: Flags, name: string): MetricPattern[] | undefined {
  return list(flags, name)?.map((source) => {
    const [re2, ecmaScript] = [compileRe2(source), compileEcmaScript(source)];
    if (!re2 && !ecmaScript) throw new UsageError(`--${name} contains "${source}", which is not a regular expression.`);
    return {
      test: (family, exporter) => (atLeast(exporter, '2.16') ? ecmaScript?.test(family) : re2?.matcher(family).find()) ?? false,
    };
  });
}

/** Source: the exporter's change log: lists are RE2, and ECMAScript from 2.16 on. */
function compileRe2(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}

/** The library of the exporter accepts flags and named groups in the syntax of RE2, too. */
function compileEcmaScript(source: string): RegExp | undefined {
  const [, insensitive, rest = ''] = /^(\(\?i\))?([\s\S]*)$/.exec(source) ?? [];
  try {
    return new RegExp(rest.replaceAll('(?P<', '(?<'), insensitive ? 'i' : '');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Parses `pods=[app,team],namespaces=[*]` into the allowed keys by resource.
 * @throws a UsageError that names the flag and the invalid part.
 */
function parseAllowlists(flag: string, value: string): ReadonlyMap<string, readonly string[]> {
  const allowlists = new Map<string, readonly string[]>();
  if (value.trim() === '') return allowlists;
  for (const group of value.replace(/^=/, '').split(/(?<=\]),/)) {
    const [, resource, keys] = GROUP.exec(group) ?? [];
    if (resource === undefined || keys === undefined) {
      throw new UsageError(`--${flag} contains "${group}": expected something like pods=[app,team],namespaces=[*].`);
    }
    allowlists.set(resource, keys === '' ? [] : keys.split(',').map((key) => key.trim()));
  }
  return allowlists;
}
