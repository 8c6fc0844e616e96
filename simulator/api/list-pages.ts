import { randomUUID } from 'node:crypto';
import type { Stored } from '../objects.ts';
import { ApiFailure } from './failure.ts';

/** The objects that a list has not returned yet, as of the resource version at which it started. */
interface Rest {
  readonly version: number;
  readonly objects: readonly Stored[];
}

interface Page extends Rest {
  /** The token of the next page; absent in the last one. */
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** The number of unfinished lists; with one more, the token of the oldest expires. */
const unfinishedLists = 100;

/**
 * Lists in pages: all pages of a list have the same resource version, and its continue token expires.
 * Source: Kubernetes API concepts, "Retrieving large results sets in chunks".
 */
export class ListPages {
  private readonly rests = new Map<string, Rest>();

  /**
   * The page for the `limit` and `continue` of a query; without a limit, all objects.
   * @throws ApiFailure 410 for a token that has expired
   */
  next(query: URLSearchParams, start: () => Rest): Page {
    const limit = Number(query.get('limit') || 0);
    const token = query.get('continue') || undefined;
    const { version, objects } = token === undefined ? start() : this.continued(token);
    if (limit === 0 || objects.length <= limit) return { version, objects };
    const rest = { version, objects: objects.slice(limit) };
    return { version, objects: objects.slice(0, limit), continue: this.keep(rest), remainingItemCount: rest.objects.length };
  }

  private continued(token: string): Rest {
    const rest = this.rests.get(token);
    if (rest) return rest;
    throw new ApiFailure(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }

  private keep(rest: Rest): string {
    const token = randomUUID();
    this.rests.set(token, rest);
    const [oldest] = this.rests.keys();
    if (this.rests.size > unfinishedLists && oldest !== undefined) this.rests.delete(oldest);
    return token;
  }
}
