import { UsageError } from '../errors.ts';
import { parseAllowlists } from './allowlist-argument.ts';
import type { ExporterOptions } from './options.ts';

/** Flags that are complete without a value, so that a word after them is not theirs. */
const SWITCHES = new Set([
  'alsologtostderr',
  'auth-filter',
  'auto-gomemlimit',
  'continue-without-config',
  'continue-without-custom-resource-state-config-file',
  'custom-resource-state-only',
  'enable-gzip-encoding',
  'help',
  'logtostderr',
  'one-output',
  'skip-headers',
  'skip_headers',
  'skip-log-headers',
  'skip_log_headers',
  'track-unscheduled-pods',
  'use-apiserver-cache',
]);

/** What the accounting cannot follow: it would call correct samples wrong. */
const NOT_FOLLOWED = new Set(['config', 'node', 'pod', 'shard', 'total-shards']);

/**
 * Reads the exporter's command line as the container has it in its `args`: `--flag=value` or `--flag value`.
 * Lists that are given more than once add up, but for the labels and annotations allowlists, where the last one counts.
 * @throws a UsageError when a value cannot be read, when an allowlist and a denylist of metrics exclude each other, or
 *   when a flag (sharding, a configuration file) changes what is exposed in a way that is not followed.
 */
export function parseExporterArguments(args: readonly string[]): ExporterOptions {
  const flags = readFlags(args);
  for (const [name, values] of flags) {
    if (NOT_FOLLOWED.has(name) && !isDefault(name, values)) {
      throw new UsageError(`The accounting cannot follow --${name}: account for an exporter that exposes the whole cluster.`);
    }
  }
  const namespaces = list(flags, 'namespaces');
  const denied = list(flags, 'namespaces-denylist');
  const resources = flags.get('custom-resource-state-only')?.at(-1) === 'true' ? [] : list(flags, 'resources');
  const allow = patterns(flags, 'metric-allowlist');
  const deny = patterns(flags, 'metric-denylist');
  if (allow && deny)
    throw new UsageError('--metric-allowlist and --metric-denylist exclude each other: the exporter refuses both.');
  const optIn = patterns(flags, 'metric-opt-in-list');
  const labels = flags.get('metric-labels-allowlist')?.at(-1);
  const annotations = flags.get('metric-annotations-allowlist')?.at(-1);
  return {
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

type Flags = ReadonlyMap<string, readonly string[]>;

function readFlags(args: readonly string[]): Flags {
  const flags = new Map<string, string[]>();
  for (let index = 0; index < args.length; index += 1) {
    const [, name, value] = /^--?([^=-][^=]*)(?:=([\s\S]*))?$/.exec(args[index] ?? '') ?? [];
    if (name === undefined) continue;
    const next = args[index + 1];
    const takesNext = value === undefined && !SWITCHES.has(name) && next !== undefined && !next.startsWith('-');
    if (takesNext) index += 1;
    flags.set(name, [...(flags.get(name) ?? []), value ?? (takesNext ? next : 'true')]);
  }
  return flags;
}

function isDefault(name: string, values: readonly string[]): boolean {
  if (name === 'total-shards') return values.at(-1) === '1';
  return name === 'shard' && values.at(-1) === '0';
}

function list(flags: Flags, name: string): string[] | undefined {
  const words = (flags.get(name) ?? [])
    .flatMap((value) => value.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
  return words.length === 0 ? undefined : words;
}

function patterns(flags: Flags, name: string): RegExp[] | undefined {
  return list(flags, name)?.map((source) => {
    const [, insensitive, rest = ''] = /^(\(\?i\))?([\s\S]*)$/.exec(source) ?? [];
    try {
      return new RegExp(rest.replaceAll('(?P<', '(?<'), insensitive ? 'i' : '');
    } catch (error) {
      throw new UsageError(`--${name} holds "${source}", which is not a regular expression.`, { cause: error });
    }
  });
}
