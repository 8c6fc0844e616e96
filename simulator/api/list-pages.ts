import { randomUUID } from 'node:crypto';
import type { Stored } from '../objects.ts';
import { ApiFailure } from './failure.ts';

/** What is left of a list, as it was when the list was begun. */
interface Rest {
  readonly version: number;
  readonly objects: readonly Stored[];
}

interface Page extends Rest {
  /** Where the next page begins; absent in the last one. */
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** How many lists can be under way before the oldest expires. */
const kept = 100;

/**
 * Lists in pages: all pages of a list are of the moment at which it was begun, and its token expires.
 * Source: Kubernetes API concepts, "Retrieving large results sets in chunks".
 */
export class ListPages {
  private readonly rests = new Map<string, Rest>();

  /**
   * The page that `limit` and `continue` of a query name; without a limit, everything.
   * @throws ApiFailure 410 for a token that has expired
   */
  next(query: URLSearchParams, begin: () => Rest): Page {
    const limit = Number(query.get('limit') || 0);
    const token = query.get('continue') || undefined;
    const { version, objects } = token === undefined ? begin() : this.continued(token);
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
    if (this.rests.size > kept && oldest !== undefined) this.rests.delete(oldest);
    return token;
  }
}
