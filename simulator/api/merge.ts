import { applyPatch, type Operation } from 'rfc6902';
import { copy, type Fields } from '../objects.ts';
import { ApiFailure } from './failure.ts';

/** The fields that identify the items of a list; every other list is replaced as a whole. Source: the API's list map keys. */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  env: ['name'],
  ports: ['containerPort', 'port', 'protocol'],
  conditions: ['type'],
  ownerReferences: ['uid'],
  imagePullSecrets: ['name'],
  webhooks: ['name'],
  secrets: ['name'],
};

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Fields = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** RFC 6902. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  const changed = copy(target);
  const failures = applyPatch(changed, patch as Operation[]).filter((failure) => failure !== null);
  if (failures[0]) throw ApiFailure.invalid('patch', '', failures[0].message);
  return changed;
}

/** A merge patch that also merges lists whose items have keys. Source: Kubernetes, strategic merge patch. */
export function strategicPatch(target: unknown, patch: unknown, field = ''): unknown {
  if (Array.isArray(patch)) return mergeLists(field, target, patch, (before, item) => strategicPatch(before, item));
  if (!isMap(patch)) return patch;
  const result: Fields = isMap(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = strategicPatch(result[key], value, key);
  }
  return result;
}

/**
 * Server-side apply: sets the fields that are sent, and deletes those that the same manager sent last and omits now.
 * @param last what that manager sent last
 */
export function serverSideApply(live: unknown, last: unknown, sent: unknown, field = ''): unknown {
  if (Array.isArray(sent)) {
    const kept = Array.isArray(live) ? withoutDropped(field, live, last, sent) : [];
    return mergeLists(field, kept, sent, (before, item) => serverSideApply(before, itemLike(field, last, item), item));
  }
  if (!isMap(sent)) return sent;
  const result: Fields = isMap(live) ? { ...live } : {};
  if (isMap(last)) for (const key of Object.keys(last)) if (!(key in sent)) delete result[key];
  for (const [key, value] of Object.entries(sent)) {
    result[key] = serverSideApply(result[key], isMap(last) ? last[key] : undefined, value, key);
  }
  return result;
}

function mergeLists(
  field: string,
  target: unknown,
  items: readonly unknown[],
  merge: (before: unknown, item: unknown) => unknown,
): unknown {
  if (!isKeyed(field, items) || !Array.isArray(target)) return items;
  const result = [...(target as unknown[])];
  for (const item of items) {
    const at = result.findIndex((existing) => isSame(field, existing, item));
    if (at < 0) result.push(merge(undefined, item));
    else result[at] = merge(result[at], item);
  }
  return result;
}

function withoutDropped(field: string, live: readonly unknown[], last: unknown, sent: readonly unknown[]): readonly unknown[] {
  if (!Array.isArray(last) || !isKeyed(field, sent)) return live;
  const dropped = last.filter((before) => !sent.some((item) => isSame(field, before, item)));
  return live.filter((item) => !dropped.some((before) => isSame(field, item, before)));
}

function itemLike(field: string, list: unknown, item: unknown): unknown {
  return Array.isArray(list) ? list.find((candidate) => isSame(field, candidate, item)) : undefined;
}

function isKeyed(field: string, items: readonly unknown[]): boolean {
  return field in MERGE_KEYS && items.every(isMap);
}

function isSame(field: string, a: unknown, b: unknown): boolean {
  if (!isMap(a) || !isMap(b)) return false;
  const value = (item: Fields, key: string) => (key === 'protocol' ? (item[key] ?? 'TCP') : item[key]);
  return (MERGE_KEYS[field] ?? []).every((key) => value(a, key) === value(b, key));
}

export function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
