import type { Context } from './table.ts';

/**
 * Which of an object's label or annotation keys an allowlist lets through. `*` lets all through, but only as the first
 * entry; from 2.20 on an entry may hold one `*` among other characters.
 */
export function allowedKeys(keys: readonly string[], allowlist: readonly string[], context: Context): string[] {
  if (allowlist[0] === '*') return [...keys];
  const patterns = context.since('2.20') ? allowlist.filter(isPattern).map(pattern) : [];
  const exact = new Set(allowlist.filter((entry) => !context.since('2.20') || !entry.includes('*')));
  return keys.filter((key) => exact.has(key) || patterns.some((matches) => matches(key)));
}

function isPattern(entry: string): boolean {
  return entry !== '*' && entry.indexOf('*') >= 0 && entry.indexOf('*') === entry.lastIndexOf('*');
}

function pattern(entry: string): (key: string) => boolean {
  const [before = '', after = ''] = entry.split('*');
  return (key) => key.length >= before.length + after.length && key.startsWith(before) && key.endsWith(after);
}
