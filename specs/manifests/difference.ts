import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { formatReference, referenceOf } from '../../helpers/kube/reference.ts';

/**
 * Compares two renderings by object and field; the order of the objects does not matter.
 * @returns a line for each difference: `Deployment monitoring/x: spec.replicas is 2, documented 1`
 */
export function renderingDifferences(
  rendered: readonly KubernetesObject[],
  documented: readonly KubernetesObject[],
): readonly string[] {
  const actual = byName(rendered);
  const expected = byName(documented);
  const absent = [...expected.keys()].filter((name) => !actual.has(name)).map((name) => `${name}: documented but not rendered`);
  const extra = [...actual.keys()].filter((name) => !expected.has(name)).map((name) => `${name}: rendered but not documented`);
  const changed = [...expected].flatMap(([name, object]) => {
    const found = actual.get(name);
    return found === undefined ? [] : fieldDifferences(found, object).map((line) => `${name}: ${line}`);
  });
  return [...absent, ...extra, ...changed];
}

function byName(objects: readonly KubernetesObject[]): ReadonlyMap<string, KubernetesObject> {
  return new Map(objects.map((object) => [formatReference(referenceOf(object)), object]));
}

/** The innermost differing fields with both values. */
function fieldDifferences(actual: unknown, expected: unknown, path = ''): readonly string[] {
  if (isDeepStrictEqual(actual, expected)) return [];
  if (isObject(actual) && isObject(expected)) {
    const keys = [...new Set([...Object.keys(actual), ...Object.keys(expected)])];
    return keys.flatMap((key) => fieldDifferences(actual[key], expected[key], path === '' ? key : `${path}.${key}`));
  }
  return [`${path} is ${toText(actual)}, documented ${toText(expected)}`];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toText(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
