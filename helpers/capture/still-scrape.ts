import type { KubernetesObject } from '../kube/object.ts';
import { NotObserved, waitFor } from '../wait.ts';

/** A scrape, and the objects as they were before and after it. */
export interface StillScrape<T> {
  readonly before: readonly KubernetesObject[];
  readonly scrape: T;
  /** Only where something changed. */
  readonly after?: readonly KubernetesObject[];
}

/**
 * Scrapes between two readings of the objects until nothing changed from one to the other; when that does not happen in time,
 * the last scrape is given with both readings. The objects are read twice before the scrape, so that an exporter whose watch lags has
 * the time of one reading to catch up.
 * @param within in milliseconds
 */
export async function stillScrape<T>(
  read: () => Promise<readonly KubernetesObject[]>,
  scrape: () => Promise<T>,
  within: number,
): Promise<StillScrape<T>> {
  let last: StillScrape<T> | undefined;
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
        const still = isSame(before, again) && isSame(again, after);
        last = { before, scrape: scraped, ...(!still && { after }) };
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

function isSame(one: readonly KubernetesObject[], other: readonly KubernetesObject[]): boolean {
  const states = (objects: readonly KubernetesObject[]) =>
    new Set(objects.map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`));
  const [first, second] = [states(one), states(other)];
  return first.size === second.size && [...first].every((state) => second.has(state));
}
