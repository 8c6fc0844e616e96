/** An allow-list of fields: `true` keeps a field whole, a nested list keeps what it names; of an array it is about each element. */
export interface Fields {
  readonly [field: string]: true | Fields;
}

/**
 * What an allow-list lets through of an object that is not the run's own: whatever it does not name is left out, so that a field
 * that nobody has thought of is not written either.
 */
export function keepFields(value: unknown, fields: Fields): unknown {
  if (Array.isArray(value)) return value.map((element) => keepFields(element, fields));
  if (typeof value !== 'object' || value === null) return undefined;
  const kept = Object.entries(fields).flatMap(([name, allowed]) => {
    const field = (value as Readonly<Record<string, unknown>>)[name];
    if (field === undefined) return [];
    return [[name, allowed === true ? field : keepFields(field, allowed)]];
  });
  return Object.fromEntries(kept);
}
