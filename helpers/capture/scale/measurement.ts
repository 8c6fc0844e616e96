import { spawn } from 'node:child_process';
import { accountForScrape, type Scraped } from '../../accounting/account.ts';
import { parseExporterArguments } from '../../catalogue/arguments.ts';
import { readsOf } from '../../exporter/reads.ts';
import { scanExposition } from '../../exposition/read.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { ObjectStore } from '../../kube/object-store.ts';
import type { Pod } from '../../kube/pod.ts';
import { nodeArguments } from '../../source.ts';
import { storeObjects } from '../../suite/read-objects.ts';
import { scrapeUnread } from '../../suite/scrape.ts';
import { parseVersion } from '../../version.ts';

/** What the measuring process is to account for. */
export interface MeasurementOrder {
  readonly pods: number;
  readonly kubeconfig: string;
  /** The exporter's pod, and its port of metrics. */
  readonly pod: Pod;
  readonly port: number;
  /** The exporter's release: `v2.20.0`. */
  readonly exporter: string;
  readonly arguments: readonly string[];
  readonly kubernetes: string;
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
  /** The number of samples of objects that changed during the scrape. */
  readonly unsettled: number;
  /** The size of the scrape. */
  readonly bytes: number;
  /** How long one reading of all objects took; not of the CPU, as the API server takes most of it. */
  readonly readingObjectsMs: number;
  /** Only reading the scrape. */
  readonly readingExpositionMs: number;
  /** Reading the scrape and comparing it with the objects. */
  readonly accountingMs: number;
  /** The maximum resident set size of a process that reads the objects twice, scrapes and accounts. */
  readonly residentBytes: number;
}

/**
 * Reads the objects, scrapes, reads the objects again and accounts, in a process of its own.
 * @param signal ends the process
 * @throws an Error when the process ends without a result; what it printed is in the output of this process
 */
export function measureApart(order: MeasurementOrder, signal: AbortSignal): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const program = nodeArguments('helpers/capture/scale/measure-process');
    const child = spawn(process.execPath, program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], signal });
    child.once('error', reject);
    child.once('message', (measurement) => resolve(measurement as Measurement));
    child.once('exit', (code, killed) =>
      reject(
        new Error(`The measurement of ${order.pods} pods ended with ${killed ?? `exit code ${code}`} and without a result.`),
      ),
    );
    child.send(order);
  });
}

/** A scrape, and the objects before and after it. */
export interface Collected {
  readonly before: ObjectStore;
  readonly scraped: Scraped;
  readonly after: ObjectStore;
  /** How long one reading of all objects took, in milliseconds. */
  readonly readingObjectsMs: number;
}

/** Reads the objects, scrapes, and reads the objects again. */
export async function collect(
  client: KubeClient,
  { exporter, arguments: args, pod, port }: Pick<MeasurementOrder, 'exporter' | 'arguments' | 'pod' | 'port'>,
): Promise<Collected> {
  const reads = readsOf({ version: parseVersion(exporter), arguments: args });
  const read = () =>
    timed(
      () => storeObjects(client, reads),
      () => performance.now(),
    );
  const [before, firstMs] = await read();
  const scraped = await scrapeUnread(client, pod, port);
  const [after, secondMs] = await read();
  return { before, scraped, after, readingObjectsMs: Math.round((firstMs + secondMs) / 2) };
}

/** Accounts for a scrape, as a run does. */
export async function measure(
  { before, scraped, after, readingObjectsMs }: Collected,
  { pods, exporter, arguments: args, kubernetes }: Pick<MeasurementOrder, 'pods' | 'exporter' | 'arguments' | 'kubernetes'>,
): Promise<Measurement> {
  const { format, source } = scraped;
  const visitor = { family: () => undefined, sample: () => undefined };
  const [{ bytes }, readingExpositionMs] = await timed(() => scanExposition(source, { format, visitor }), cpuTime);
  const request = { objects: before, after, exporter, options: parseExporterArguments(args), kubernetes };
  const [{ accounting }, accountingMs] = await timed(() => accountForScrape(request, scraped), cpuTime);
  return {
    pods,
    objects: before.size,
    samples: accounting.samples,
    explained: accounting.explained,
    differences: accounting.differences.length,
    unsettled: accounting.unsettled.length,
    bytes,
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
