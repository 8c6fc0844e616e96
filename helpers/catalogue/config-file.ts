import { UsageError } from '../errors.ts';
import { type Fields, parseFields } from './custom/fields.ts';

/** The keys of the exporter's configuration file, by the flag that each replaces. Source: the exporter's pkg/options/options.go. */
const texts: ReadonlyMap<string, readonly string[]> = new Map([
  ['custom-resource-state-config', ['custom_resource_config']],
  ['custom-resource-state-config-file', ['custom_resource_state_config_file', 'custom_resource_config_file']],
  ['custom-resource-state-only', ['custom_resources_only']],
  ['node', ['node']],
  ['pod', ['pod']],
  ['shard', ['shard']],
  ['total-shards', ['total_shards']],
  ['track-unscheduled-pods', ['track_unscheduled_pods']],
]);
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
const flags = new Set(['custom-resource-state-only', 'track-unscheduled-pods']);

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
    const [key] = keys.filter((name) => file.text(name) !== '');
    if (key !== undefined) values.set(flag, [flags.has(flag) ? String(file.flag(key)) : file.text(key)]);
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
