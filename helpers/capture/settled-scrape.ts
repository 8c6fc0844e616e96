import type { KubernetesObject } from '../kube/object.ts';
import { NotObserved, waitFor } from '../wait.ts';

/** A scrape, and the objects before and after it. */
export interface SettledScrape<T> {
  readonly before: readonly KubernetesObject[];
  readonly scrape: T;
  /** Undefined if nothing changed. */
  readonly after?: readonly KubernetesObject[];
}

/**
 * Scrapes between two readings of the objects until nothing changed between them, or returns the last scrape with both readings after the
 * time limit. The objects are read twice before the scrape, which gives a lagging exporter the time of one reading.
 * @param within in milliseconds
 */
export async function settledScrape<T>(
  read: () => Promise<readonly KubernetesObject[]>,
  scrape: () => Promise<T>,
  within: number,
): Promise<SettledScrape<T>> {
  let last: SettledScrape<T> | undefined;
  try {
    return await waitFor({
      what: 'a scrape during which no object changed',
      within,
      every: 100,
      observe: async () => {
        const before = await read();
        const again = await read();
        const scraped = await scrape();
        const after = await read();
        const isSettled = isSame(before, again) && isSame(again, after);
        last = { before, scrape: scraped, ...(!isSettled && { after }) };
        return last;
      },
      until: ({ after }) => after === undefined,
      describe: () => 'objects that changed',
    });
  } catch (error) {
    if (!(error instanceof NotObserved) || !last) throw error;
    return last;
  }
}

function isSame(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): boolean {
  const states = (objects: readonly KubernetesObject[]) =>
    new Set(objects.map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`));
  const [first, second] = [states(before), states(after)];
  return first.size === second.size && [...first].every((state) => second.has(state));
}
