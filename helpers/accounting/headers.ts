import type { Exposition, Family, FamilyType } from '../exposition/model.ts';
import type { HeaderDifference } from './difference.ts';
import type { Observed } from './inventory.ts';
import type { Context, DeclaredType, FamilyRow, ResourceTable } from './table.ts';

/** The family's TYPE in this format: `info` and `stateset` are unknown to the text format, which 2.12 respects. */
export function writtenType(declared: DeclaredType, format: Exposition['format'], context: Context): FamilyType {
  const isNarrowed = format === 'text' && context.since('2.12');
  return isNarrowed && (declared === 'info' || declared === 'stateset') ? 'gauge' : declared;
}

/** The family under its name; in OpenMetrics a counter's header may leave out the `_total` of its samples. */
export function familyOf(exposition: Exposition, row: FamilyRow): Family | undefined {
  const exact = exposition.families.get(row.name);
  if (exact || exposition.format === 'text' || !row.name.endsWith('_total')) return exact;
  return exposition.families.get(row.name.slice(0, -'_total'.length));
}

/**
 * Whether the release writes the family's header: always before 2.10, since then only where its store holds an object;
 * before 2.20 the store of the first of several namespaces decides. Undefined where an object that was not still decides.
 */
export function isHeaderDue(table: ResourceTable, objects: readonly Observed[], context: Context): boolean | undefined {
  if (!context.since('2.10')) return true;
  const deciding = objects.filter(({ object }) => decides(table, object.metadata.namespace, context));
  if (deciding.some(({ settled }) => settled)) return true;
  return deciding.length === 0 ? false : undefined;
}

/** What is wrong with the family's TYPE line, if anything. */
export function headerDifference(
  row: FamilyRow,
  resource: string,
  family: Family | undefined,
  format: Exposition['format'],
  due: boolean | undefined,
  context: Context,
): HeaderDifference | undefined {
  const expectedType = writtenType(row.type, format, context);
  if (family?.type === undefined) {
    const untyped = family === undefined ? {} : { untyped: true };
    return due === true ? { what: 'missing', family: row.name, resource, type: expectedType, ...untyped } : undefined;
  }
  if (family.type !== expectedType) {
    return { what: 'unequal', family: row.name, resource, type: family.type, expectedType };
  }
  return due === false ? { what: 'unexplained', family: row.name, resource, type: family.type } : undefined;
}

function decides(table: ResourceTable, namespace: string | undefined, context: Context): boolean {
  const [first] = context.options.namespaces ?? [];
  return first === undefined || !table.namespaced || context.since('2.20') || namespace === first;
}
