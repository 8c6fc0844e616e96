import type { KubernetesObject } from '../kube/object.ts';
import { type Context, type Expected, type FamilyRow, gauge, type RowOptions } from './table.ts';

type Keys = Readonly<Record<string, string>>;

/** The allowlist of a family that has all keys of a map, such as a pod's node selector. */
export const EVERY_KEY: readonly string[] = ['*'];

/**
 * Labels or annotations as labels of a series: the allowed keys, sanitized and prefixed (`app.kubernetes.io/name` becomes
 * `label_app_kubernetes_io_name`). Without an allowlist there are none.
 * Keys with the same sanitized name are numbered: `label_a_conflict1`, `label_a_conflict2`.
 */
export function sanitizedLabels(
  prefix: string,
  map: Keys | undefined,
  allowlist: readonly string[] | undefined,
  context: Context,
): Record<string, string> {
  if (map === undefined || allowlist === undefined || allowlist.length === 0) return {};
  const keys = allowedKeys(Object.keys(map), allowlist, context).sort();
  const names = numbered(
    keys.map((key) => labelName(prefix, key)),
    context,
  );
  return Object.fromEntries(keys.map((key, index) => [names[index] ?? '', map[key] ?? '']));
}

/** The row of `kube_X_labels`. Without an allowlist for the resource: a series without such labels, from 2.10 on no series. */
export function labelsFamily<O extends KubernetesObject>(resource: string, name: string, options: RowOptions): FamilyRow<O> {
  return gauge(name, options, (object, context) =>
    allowlisted(
      'label',
      object.metadata.labels,
      allowlistOf(context.options.metricLabelsAllowlist, resource, context.since('2.7')),
      context,
    ),
  );
}

/** The row of `kube_X_annotations`, by the same rules as `labelsFamily`. */
export function annotationsFamily<O extends KubernetesObject>(resource: string, name: string, options: RowOptions): FamilyRow<O> {
  return gauge(name, options, (object, context) =>
    allowlisted(
      'annotation',
      object.metadata.annotations,
      allowlistOf(context.options.metricAnnotationsAllowlist, resource, context.since('2.11')),
      context,
    ),
  );
}

/** An allowlist for the resource `*` takes precedence where the release supports it. */
function allowlistOf(
  allowlists: ReadonlyMap<string, readonly string[]> | undefined,
  resource: string,
  supportsWildcard: boolean,
): readonly string[] | undefined {
  return (supportsWildcard ? allowlists?.get('*') : undefined) ?? allowlists?.get(resource);
}

function allowlisted(
  prefix: string,
  map: Keys | undefined,
  allowlist: readonly string[] | undefined,
  context: Context,
): readonly Expected[] {
  if (!allowlist?.length && context.since('2.10')) return [];
  return [{ labels: sanitizedLabels(prefix, map, allowlist, context), value: 1 }];
}

function labelName(prefix: string, key: string): string {
  const sanitized = key.replace(/[^a-zA-Z0-9_]/g, '_');
  return `${prefix}_${sanitized.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()}`;
}

/** Numbers the names that occur more than once, in their order. */
function numbered(names: readonly string[], context: Context): readonly string[] {
  return context.since('2.20') ? numberedFreely(names) : numberedInOrder(names);
}

function numberedInOrder(names: readonly string[]): readonly string[] {
  const total = new Map<string, number>();
  for (const name of names) total.set(name, (total.get(name) ?? 0) + 1);
  const counts = new Map<string, number>();
  return names.map((name) => {
    if (total.get(name) === 1) return name;
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    return `${name}_conflict${number}`;
  });
}

/** From 2.20 on a number is skipped if another key already has the numbered name. */
function numberedFreely(names: readonly string[]): readonly string[] {
  const result: string[] = [];
  const used = new Map<string, number>();
  const counts = new Map<string, number>();
  const next = (base: string): string => {
    let count = counts.get(base) ?? 0;
    let candidate: string;
    do {
      count += 1;
      candidate = `${base}_conflict${count}`;
    } while (used.has(candidate));
    counts.set(base, count);
    return candidate;
  };
  for (const base of names) {
    let name = base;
    const first = used.get(base);
    if (counts.has(base)) {
      name = next(base);
    } else if (first !== undefined) {
      const renamed = next(base);
      used.delete(base);
      used.set(renamed, first);
      result[first] = renamed;
      name = next(base);
    }
    used.set(name, result.length);
    result.push(name);
  }
  return result;
}

/**
 * The label or annotation keys that an allowlist allows. `*` allows all, but only as the first entry; from 2.20 on an entry
 * may contain one `*` as a wildcard.
 */
function allowedKeys(keys: readonly string[], allowlist: readonly string[], context: Context): string[] {
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
