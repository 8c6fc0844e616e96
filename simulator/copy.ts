/** A copy of JSON that can be changed without changing the original. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T;
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[key];
    // As in JSON, what is undefined is not there.
    if (inner !== undefined) result[key] = copy(inner);
  }
  return result as T;
}
