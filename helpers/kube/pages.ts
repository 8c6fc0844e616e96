import { InfrastructureError } from '../errors.ts';
import { ApiError } from './api-error.ts';
import { ResponseTooLong } from './exchange.ts';

export type Query = Readonly<Record<string, string | number | boolean>>;

/** A page of a list as the API server returns it. */
export interface Page<Item> {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly Item[] | null;
}

/** Takes the objects of a list while it is read. */
export interface PageTaker<Item> {
  readonly take: (item: Item) => void;
  /** Called when the list is read again from its first page: what was taken of it must be dropped. */
  readonly restart: () => void;
}

/** The maximum number of objects of a page. Source: Kubernetes API concepts, "Retrieving large results sets in chunks". */
const pageSize = 500;

/** How often a list is restarted after its continue token expired. */
const restarts = 3;

/**
 * Reads a whole list in pages. A list whose continue token expires is read again from its first page, so that it is consistent; a page
 * that is too long is read in smaller ones.
 * @param fetchPage sends the request with `limit` and `continue` added to its query
 * @param taker gets each item when its page arrives
 */
export async function readPages<Item>(
  path: string,
  fetchPage: (paging: Query) => Promise<Page<Item>>,
  { take, restart }: PageTaker<Item>,
): Promise<void> {
  let limit = pageSize;
  let token: string | undefined;
  let expired = 0;
  for (;;) {
    let page: Page<Item>;
    try {
      page = await fetchPage({ limit, ...(token === undefined ? {} : { continue: token }) });
    } catch (error) {
      if (error instanceof ResponseTooLong && limit > 1) {
        limit = Math.ceil(limit / 10);
        continue;
      }
      if (token === undefined || !(error instanceof ApiError) || error.status !== 410) throw error;
      expired += 1;
      if (expired > restarts) {
        const what = `GET ${path}: the list was started ${expired} times and expired each time before its last page`;
        throw new InfrastructureError(`${what}: ${error.details}.`);
      }
      restart();
      token = undefined;
      continue;
    }
    for (const item of itemsOf(path, page)) take(item);
    token = page.metadata?.continue || undefined;
    if (token === undefined) return;
  }
}

/** @throws InfrastructureError when the response is no list, such as the login page of a proxy */
export function itemsOf<Item>(path: string, page: Page<Item>): readonly Item[] {
  const isObject = typeof page === 'object' && page !== null;
  const items = isObject ? (page.items ?? []) : page;
  if (Array.isArray(items)) return items as readonly Item[];
  throw new InfrastructureError(`GET ${path}: expected a list of the Kubernetes API; it returned ${String(page).slice(0, 200)}.`);
}
