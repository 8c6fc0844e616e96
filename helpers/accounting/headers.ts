import type { Context, DeclaredType, FamilyRow, ResourceTable } from '../catalogue/table.ts';
import type { Exposition, Family, FamilyType } from '../exposition/model.ts';
import type { HeaderDifference } from './difference.ts';

/**
 * The family's type in an exposition of a process that has answered in no other format: the text format has no `info` and `stateset`, and
 * releases from 2.17 on expose `gauge` instead.
 */
export function writtenType(declared: DeclaredType, format: Exposition['format'], context: Context): FamilyType {
  return isRewritten(declared) && format === 'text' && context.since('2.17') ? 'gauge' : declared;
}

/**
 * All types that the family may have, `writtenType` first. Releases 2.17 and 2.18 rewrite the headers of their store for a scrape in the text
 * format: from then on they write `gauge` in OpenMetrics too. Source: kube-state-metrics, SanitizeHeaders; mended in 2.19 by 1e5b33bd.
 */
export function writtenTypes(
  declared: DeclaredType,
  format: Exposition['format'],
  context: Context,
): readonly [FamilyType, ...FamilyType[]] {
  const written = writtenType(declared, format, context);
  const keepsRewritten = isRewritten(declared) && context.since('2.17') && !context.since('2.19');
  return keepsRewritten && written !== 'gauge' ? [written, 'gauge'] : [written];
}

function isRewritten(declared: DeclaredType): boolean {
  return declared === 'info' || declared === 'stateset';
}

/** The name of a family and its type, if it has a `# TYPE` line. */
export type Header = Pick<Family, 'name' | 'type'>;

/** The family of a row; in OpenMetrics a counter's family may lack the suffix `_total` of its samples. */
export function familyOf(
  families: ReadonlyMap<string, Header>,
  format: Exposition['format'],
  row: Pick<FamilyRow, 'name'>,
): Header | undefined {
  const exact = families.get(row.name);
  if (exact || format === 'text' || !row.name.endsWith('_total')) return exact;
  return families.get(row.name.slice(0, -'_total'.length));
}

/** An object around a scrape, as far as it decides on headers. */
interface Exposed {
  readonly object: { readonly metadata: { readonly namespace?: string } };
  readonly settled: boolean;
}

/**
 * Whether the release exposes the headers of a resource's families: before 2.10 always, from 2.10 on if it has an object; before 2.20
 * only objects in the first of several namespaces matter. Undefined if it depends on an object that changed during the scrape.
 */
export function isHeaderDue(table: ResourceTable, objects: readonly Exposed[], context: Context): boolean | undefined {
  if (!context.since('2.10')) return true;
  const relevant = objects.filter(({ object }) => decidesHeader(table, object.metadata.namespace, context));
  if (relevant.some(({ settled }) => settled)) return true;
  return relevant.length === 0 ? false : undefined;
}

/**
 * The difference of a family's `# TYPE` line; undefined if there is none.
 * @param isDue what `isHeaderDue` returned for the resource
 */
export function headerDifference(
  row: FamilyRow,
  resource: string,
  family: Header | undefined,
  format: Exposition['format'],
  isDue: boolean | undefined,
  context: Context,
): HeaderDifference | undefined {
  const types = writtenTypes(row.type, format, context);
  const [expectedType] = types;
  if (family?.type === undefined) {
    const untyped = family === undefined ? {} : { untyped: true };
    return isDue === true ? { what: 'missing', family: row.name, resource, type: expectedType, ...untyped } : undefined;
  }
  if (!types.includes(family.type)) {
    return { what: 'unequal', family: row.name, resource, type: family.type, expectedType };
  }
  return isDue === false ? { what: 'unexplained', family: row.name, resource, type: family.type } : undefined;
}

function decidesHeader(table: ResourceTable, namespace: string | undefined, context: Context): boolean {
  const [first] = context.options.namespaces ?? [];
  return first === undefined || !table.namespaced || context.since('2.20') || namespace === first;
}
