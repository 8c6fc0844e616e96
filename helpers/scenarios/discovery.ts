import { isReady, type Pod } from '../kube/pod.ts';
import { referenceOf } from '../kube/reference.ts';
import type { ScrapeTarget } from '../prometheus/answers.ts';
import type { RequirementContext } from '../requirement/context.ts';
import { seconds, waitFor } from '../wait.ts';
import { jobs } from './jobs.ts';
import { stageOf } from './stage.ts';

/** How long Prometheus may take from its start to the first scrape of what its discovery finds. */
const patience = seconds(20);

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
  const { wanted } = await waitFor({
    what: `exactly the exporter's metrics port among the targets of the job ${job}, and up`,
    within: patience,
    observe: async () => ({
      wanted: await where(),
      found: (await prometheus.targets()).filter((target) => target.job === job),
    }),
    until: ({ wanted: instances, found }) => {
      const up = found.filter(({ health }) => health === 'up').map(({ instance }) => instance);
      return instances.length > 0 && found.length === up.length && [...up].sort().join() === [...instances].sort().join();
    },
    describe: ({ wanted: instances, found }) =>
      `${found.map(describe).join(', ') || 'no target'}; the ready pods are at ${instances.join(', ') || 'no address'}`,
  });
  return wanted;
}

function describe({ instance, health, lastError }: ScrapeTarget): string {
  return `${instance} ${health}${lastError === '' ? '' : ` (${lastError})`}`;
}
