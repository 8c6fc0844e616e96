import { isReady, type Pod } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { ScrapeTarget } from '../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { jobs } from './jobs.ts';
import { paceOf } from './pace.ts';
import { stageOf } from './stage.ts';

/** How long Prometheus may take from its start until its discovery finds what there is. */
const patience = seconds(18);

/**
 * Waits until a scrape job has found the port of the metrics at every ready pod of the exporter, and nothing else, and scrapes it.
 * @returns where it found them
 */
export async function findsTheExporter(context: RequirementContext, job: string): Promise<readonly string[]> {
  return finds(context, job, async () => {
    const ready = (await context.exporter.pods()).filter(isReady);
    return ready.flatMap(({ status }) => (status?.podIP === undefined ? [] : [instanceAt(context, status.podIP)]));
  });
}

/** Waits until the copy of the exporter is scraped that tells labels of pods. */
export async function copyIsScraped(context: RequirementContext): Promise<void> {
  const { copy } = await stageOf(context);
  await finds(context, jobs.labels, async () => {
    const { status } = await context.client.get<Pod>(referenceOf(copy));
    return status?.podIP === undefined ? [] : [instanceAt(context, status.podIP)];
  });
}

/** As Prometheus names where it scrapes. */
function instanceAt({ target }: RequirementContext, address: string): string {
  return `${address.includes(':') ? `[${address}]` : address}:${target.ports.metrics.number}`;
}

async function finds(
  context: RequirementContext,
  job: string,
  where: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const { prometheus } = await stageOf(context);
  const seen = await waitFor({
    what: `exactly the exporter's metrics port among the targets of the job ${job}, and up`,
    within: (await paceOf(context)).untilTold(patience),
    observe: async () => {
      const wanted = await where();
      const targets = await prometheus.targets();
      return { wanted, found: 'error' in targets ? targets : targets.filter((target) => target.job === job) };
    },
    until: ({ wanted, found }) => wanted.length > 0 && !('error' in found) && areUp(found, wanted),
    describe: ({ wanted, found }) => {
      const told = 'error' in found ? found.error : found.map(describe).join(', ') || 'no target';
      return `${told}; the ready pods are at ${wanted.join(', ') || 'no address'}`;
    },
  });
  return seen.wanted;
}

function areUp(targets: readonly ScrapeTarget[], instances: readonly string[]): boolean {
  const found = targets.map(({ instance }) => instance).sort();
  return targets.every(({ health }) => health === 'up') && found.join() === [...instances].sort().join();
}

function describe({ instance, health, lastError }: ScrapeTarget): string {
  return `${instance} ${health}${lastError === '' ? '' : ` (${lastError})`}`;
}
