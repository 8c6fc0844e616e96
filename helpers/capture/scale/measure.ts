import { accountForScrape, type Scraped } from '../../accounting/account.ts';
import { parseExporterArguments } from '../../catalogue/arguments.ts';
import { readsOf } from '../../exporter/reads.ts';
import type { Target } from '../../exporter/target.ts';
import { scanExposition } from '../../exposition/read.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { ObjectStore } from '../../kube/object-store.ts';
import type { Pod } from '../../kube/pod.ts';
import { storeObjects } from '../../suite/read-objects.ts';
import { scrapeUnread } from '../../suite/scrape.ts';
import { formatVersion } from '../../version.ts';

/** A scrape, and the objects before and after it. */
export interface Collected {
  readonly before: ObjectStore;
  readonly scraped: Scraped;
  readonly after: ObjectStore;
  /** How long each reading of the objects took, in milliseconds. */
  readonly readingObjectsMs: number;
}

/**
 * The cost of accounting for a large cluster. Times are of the CPU, as the cluster and the exporter run on the same machine; in
 * milliseconds. Memory in bytes.
 */
export interface Measurement {
  readonly pods: number;
  readonly objects: number;
  readonly samples: number;
  readonly explained: number;
  /** The number of missing, unexplained and unequal samples. */
  readonly differences: number;
  readonly readingObjectsMs: number;
  /** Only reading the scrape. */
  readonly readingExpositionMs: number;
  /** Reading the scrape and comparing it with the objects. */
  readonly accountingMs: number;
  /** The maximum resident set size of the process. */
  readonly residentBytes: number;
}

/** Reads the objects, scrapes, and reads the objects again. */
export async function collect(client: KubeClient, target: Target, pod: Pod): Promise<Collected> {
  const read = () =>
    timed(
      () => storeObjects(client, readsOf(target)),
      () => performance.now(),
    );
  const [before, firstMs] = await read();
  const scraped = await scrapeUnread(client, pod, target.ports.metrics.number);
  const [after, secondMs] = await read();
  return { before, scraped, after, readingObjectsMs: Math.round((firstMs + secondMs) / 2) };
}

/** Accounts for a scrape. @param pods the size as the table has it */
export async function measure(
  pods: number,
  { before, scraped, after, readingObjectsMs }: Collected,
  { version, arguments: args }: Pick<Target, 'version' | 'arguments'>,
  kubernetes: string,
): Promise<Measurement> {
  const { format, source } = scraped;
  const visitor = { family: () => undefined, sample: () => undefined };
  const [, readingExpositionMs] = await timed(() => scanExposition(source, { format, visitor }), cpuTime);
  const request = { objects: before, after, exporter: formatVersion(version), options: parseExporterArguments(args), kubernetes };
  const [{ accounting }, accountingMs] = await timed(() => accountForScrape(request, scraped), cpuTime);
  return {
    pods,
    objects: before.size,
    samples: accounting.samples,
    explained: accounting.explained,
    differences: accounting.differences.length,
    readingObjectsMs,
    readingExpositionMs,
    accountingMs,
    residentBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** The CPU time of this process in milliseconds. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timed<T>(work: () => Promise<T>, now: () => number): Promise<readonly [T, number]> {
  const started = now();
  const result = await work();
  return [result, Math.round(now() - started)];
}
