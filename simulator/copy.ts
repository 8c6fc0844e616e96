/** A deep copy of JSON data. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T;
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[key];
    // As in JSON, undefined fields are omitted.
    if (field !== undefined) result[key] = copy(field);
  }
  return result as T;
}
