import { account } from '../../accounting/account.ts';
import { getFromPod } from '../../exporter/exporter.ts';
import { readsOf } from '../../exporter/reads.ts';
import type { Target } from '../../exporter/target.ts';
import { readExposition } from '../../exposition/read.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { Pod } from '../../kube/pod.ts';
import { readObjects } from '../../suite/read-objects.ts';
import { formatVersion } from '../../version.ts';

/** The cost of accounting for a large cluster; times in milliseconds, memory in bytes. */
export interface Measurement {
  readonly objects: number;
  readonly samples: number;
  readonly explained: number;
  /** The number of missing, unexplained and unequal samples. */
  readonly differences: number;
  readonly readingObjectsMs: number;
  readonly readingExpositionMs: number;
  readonly accountingMs: number;
  /** The maximum resident set size of the process. */
  readonly residentBytes: number;
}

/** Reads the objects, scrapes, reads the objects again, and accounts for the scrape. */
export async function measure(client: KubeClient, target: Target, pod: Pod, kubernetes: string): Promise<Measurement> {
  const [objects, readingObjectsMs] = await timed(() => readObjects(client, readsOf(target)));
  const { body } = await getFromPod(client, pod, target.ports.metrics.number, '/metrics');
  const [{ exposition }, readingExpositionMs] = await timed(() => readExposition(body, { format: 'text' }));
  const after = await readObjects(client, readsOf(target));
  const request = { exposition, objects, after, exporter: formatVersion(target.version), kubernetes };
  const [accounting, accountingMs] = await timed(async () => account(request));
  return {
    objects: objects.length,
    samples: accounting.samples,
    explained: accounting.explained,
    differences: accounting.differences.length,
    readingObjectsMs,
    readingExpositionMs,
    accountingMs,
    residentBytes: process.resourceUsage().maxRSS * 1024,
  };
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const started = performance.now();
  const result = await work();
  return [result, Math.round(performance.now() - started)];
}
