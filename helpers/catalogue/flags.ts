import { UsageError } from '../errors.ts';
import { type Fields, parseFields } from './custom/fields.ts';

/** The values of each flag, in their order. */
export type Flags = ReadonlyMap<string, readonly string[]>;

/** Boolean flags: the argument after them is not their value. */
const BOOLEAN_FLAGS = new Set([
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

/** The flags of a command line: `--flag=value`, `--flag value`, and `--flag` for `true`. Anything else is ignored. */
export function flagsOf(args: readonly string[]): Flags {
  const flags = new Map<string, string[]>();
  for (const { name, value } of readArguments(args)) {
    if (name !== undefined) flags.set(name, [...(flags.get(name) ?? []), value]);
  }
  return flags;
}

/** The flags that decide what is exposed and how it is read, compressed or shared; the others connect the exporter. */
const EXPOSING_FLAGS = new Set([
  'config',
  'custom-resource-state-config',
  'custom-resource-state-config-file',
  'custom-resource-state-only',
  'enable-gzip-encoding',
  'metric-allowlist',
  'metric-annotations-allowlist',
  'metric-denylist',
  'metric-labels-allowlist',
  'metric-opt-in-list',
  'namespaces',
  'namespaces-denylist',
  'node',
  'object-limit',
  'pod',
  'pod-namespace',
  'resources',
  'shard',
  'total-shards',
  'track-unscheduled-pods',
  'use-apiserver-cache',
]);

/** The arguments without those that decide what is exposed: with these, an exporter exposes its release's defaults. */
export function withoutExposingFlags(args: readonly string[]): readonly string[] {
  return withoutFlags(args, EXPOSING_FLAGS);
}

/** The arguments without the flags of these names and their values. */
export function withoutFlags(args: readonly string[], names: ReadonlySet<string>): readonly string[] {
  return readArguments(args)
    .filter(({ name }) => name === undefined || !names.has(name))
    .flatMap(({ words }) => words);
}

/** The arguments with the flags of a configuration file in place of `--config`: the same exporter without the file. */
export function withConfigFile(args: readonly string[], text: string, origin: string): readonly string[] {
  const set = flagsInConfigFile(text, origin);
  const inline = [...set].flatMap(([name, values]) => values.map((value) => `--${name}=${value}`));
  return [...withoutFlags(args, new Set(['config', ...set.keys()])), ...inline];
}

/** A flag with its value, or a word that is none; `words` are the arguments that it was read from. */
interface Argument {
  readonly name: string | undefined;
  readonly value: string;
  readonly words: readonly string[];
}

function readArguments(args: readonly string[]): readonly Argument[] {
  const read: Argument[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    const [, name, value] = /^--?([^=-][^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    const next = args[index + 1];
    const takesNext =
      name !== undefined && value === undefined && !BOOLEAN_FLAGS.has(name) && next !== undefined && !next.startsWith('-');
    if (takesNext) index += 1;
    read.push({ name, value: value ?? (takesNext ? next : 'true'), words: takesNext ? [word, next] : [word] });
  }
  return read;
}

/** The keys of the exporter's configuration file, by the flag that each replaces. Source: the exporter's pkg/options/options.go. */
const texts: ReadonlyMap<string, readonly string[]> = new Map([
  ['apiserver', ['apiserver']],
  ['auth-filter', ['auth_filter']],
  ['auto-gomemlimit', ['auto-gomemlimit']],
  ['auto-gomemlimit-ratio', ['auto-gomemlimit-ratio']],
  ['continue-without-custom-resource-state-config-file', ['continue_without_custom_resource_state_config_file']],
  ['custom-resource-state-config', ['custom_resource_config']],
  ['custom-resource-state-config-file', ['custom_resource_state_config_file', 'custom_resource_config_file']],
  ['custom-resource-state-only', ['custom_resources_only']],
  ['enable-gzip-encoding', ['enable_gzip_encoding']],
  ['host', ['host']],
  ['kubeconfig', ['kubeconfig']],
  ['node', ['node']],
  ['object-limit', ['object_limit']],
  ['pod', ['pod']],
  ['pod-namespace', ['namespace']],
  ['port', ['port']],
  ['server-idle-timeout', ['server_idle_timeout']],
  ['server-read-header-timeout', ['server_read_header_timeout']],
  ['server-read-timeout', ['server_read_timeout']],
  ['server-write-timeout', ['server_write_timeout']],
  ['shard', ['shard']],
  ['telemetry-host', ['telemetry_host']],
  ['telemetry-port', ['telemetry_port']],
  ['tls-config', ['tls_config']],
  ['total-shards', ['total_shards']],
  ['track-unscheduled-pods', ['track_unscheduled_pods']],
  ['use-apiserver-cache', ['use_api_server_cache']],
]);
/** Those whose empty text is a value as well: every address, and no TLS. */
const maybeEmpty = new Set(['host', 'telemetry-host', 'tls-config']);
const numbers = new Set(['object-limit', 'port', 'telemetry-port']);
const sets: ReadonlyMap<string, string> = new Map([
  ['resources', 'resources'],
  ['metric-allowlist', 'metric_allowlist'],
  ['metric-denylist', 'metric_denylist'],
  ['metric-opt-in-list', 'metric_opt_in_list'],
]);
const lists: ReadonlyMap<string, string> = new Map([
  ['namespaces', 'namespaces'],
  ['namespaces-denylist', 'namespaces_denylist'],
]);
const allowlists: ReadonlyMap<string, string> = new Map([
  ['metric-labels-allowlist', 'labels_allow_list'],
  ['metric-annotations-allowlist', 'annotations_allow_list'],
]);
const switches = new Set([
  'auth-filter',
  'auto-gomemlimit',
  'continue-without-custom-resource-state-config-file',
  'custom-resource-state-only',
  'enable-gzip-encoding',
  'track-unscheduled-pods',
  'use-apiserver-cache',
]);

/**
 * The flags that the exporter's configuration file sets, with their values; they replace those of the command line. An empty set or
 * allowlist sets nothing.
 * @param origin the path of the file, for errors
 * @throws UsageError with the place of what the exporter would not accept
 */
export function flagsInConfigFile(text: string, origin: string): ReadonlyMap<string, readonly string[]> {
  const file = parseFields(text, origin);
  const values = new Map<string, readonly string[]>();
  for (const [flag, keys] of texts) {
    const [key] = keys.filter((name) => (maybeEmpty.has(flag) ? file.optionalText(name) !== undefined : file.text(name) !== ''));
    if (key === undefined) continue;
    if (numbers.has(flag)) file.wholeNumber(key);
    values.set(flag, [switches.has(flag) ? String(file.flag(key)) : file.text(key)]);
  }
  for (const [flag, key] of sets) {
    const names = file.fields(key).keys();
    if (names.length > 0) values.set(flag, withoutCommas(names, key, origin));
  }
  for (const [flag, key] of lists) {
    if (file.keys().includes(key)) values.set(flag, file.list(key));
  }
  for (const [flag, key] of allowlists) {
    const allowlist = allowlistOf(file.fields(key));
    if (allowlist !== '') values.set(flag, [allowlist]);
  }
  return values;
}

/** `pods=[app,team]`, as the flag has it */
function allowlistOf(fields: Fields): string {
  return fields
    .keys()
    .map((resource) => `${resource}=[${fields.list(resource).join(',')}]`)
    .join(',');
}

/** A flag's value is separated by commas, so a name with a comma cannot be one of its values. */
function withoutCommas(names: readonly string[], key: string, origin: string): readonly string[] {
  const name = names.find((text) => text.includes(','));
  if (name === undefined) return names;
  throw new UsageError(`${origin}: ${key} has "${name}": a name with a comma is not supported; write one key for each name.`);
}
