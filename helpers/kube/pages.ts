import { InfrastructureError } from '../errors.ts';
import { ApiError } from './api-error.ts';
import { AnswerTooLong } from './exchange.ts';

export type Query = Readonly<Record<string, string | number | boolean>>;

/** A page of a list as the API server returns it. */
export interface Page<Item> {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly Item[] | null;
}

/** How many objects a page has at most. Source: Kubernetes API concepts, "Retrieving large results sets in chunks". */
const pageSize = 500;

/** How often a list is begun again because it took longer than the API server keeps its state. */
const restarts = 3;

/**
 * Reads a whole list in pages. One that outlives the state it was begun at is read again from its first page, so that all of it is
 * of one moment; a page of large objects is read in smaller ones.
 * @param fetchPage sends the request with `limit` and `continue` added to its query
 * @param take is applied to each item as soon as its page is there
 */
export async function readPages<Item, Taken>(
  path: string,
  fetchPage: (paging: Query) => Promise<Page<Item>>,
  take: (item: Item) => Taken,
): Promise<readonly Taken[]> {
  let limit = pageSize;
  let taken: Taken[] = [];
  let token: string | undefined;
  let expired = 0;
  for (;;) {
    let page: Page<Item>;
    try {
      page = await fetchPage({ limit, ...(token === undefined ? {} : { continue: token }) });
    } catch (error) {
      if (error instanceof AnswerTooLong && limit > 1) {
        limit = Math.ceil(limit / 10);
        continue;
      }
      if (token === undefined || !(error instanceof ApiError) || error.status !== 410) throw error;
      expired += 1;
      if (expired > restarts) {
        const what = `GET ${path}: the list was begun ${expired} times and expired each time before its last page`;
        throw new InfrastructureError(`${what}: ${error.details}.`);
      }
      taken = [];
      token = undefined;
      continue;
    }
    for (const item of itemsOf(path, page)) taken.push(take(item));
    token = page.metadata?.continue || undefined;
    if (token === undefined) return taken;
  }
}

/** @throws InfrastructureError when the answer is no list, such as a login page of a proxy in between */
export function itemsOf<Item>(path: string, page: Page<Item>): readonly Item[] {
  const isObject = typeof page === 'object' && page !== null;
  const items = isObject ? (page.items ?? []) : page;
  if (Array.isArray(items)) return items as readonly Item[];
  throw new InfrastructureError(`GET ${path}: the answer is no list of the Kubernetes API: ${String(page).slice(0, 200)}.`);
}
