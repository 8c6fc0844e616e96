import { UsageError } from '../errors.ts';

const GROUP = /^\s*([^=,[\]]+?)\s*=\[([^[\]=]*)\]$/;

/**
 * Reads `pods=[app,team],namespaces=[*]`: by resource, the keys that are allowed.
 * @throws a UsageError that names the flag and the part that cannot be read.
 */
export function parseAllowlists(flag: string, value: string): ReadonlyMap<string, readonly string[]> {
  const allowlists = new Map<string, readonly string[]>();
  if (value.trim() === '') return allowlists;
  for (const group of value.replace(/^=/, '').split(/(?<=\]),/)) {
    const [, resource, keys] = GROUP.exec(group) ?? [];
    if (resource === undefined || keys === undefined) {
      throw new UsageError(`--${flag} holds "${group}": wanted something like pods=[app,team],namespaces=[*].`);
    }
    allowlists.set(resource, keys === '' ? [] : keys.split(',').map((key) => key.trim()));
  }
  return allowlists;
}
