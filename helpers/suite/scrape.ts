import { accept, getFromPod, type ReceivedAnswer } from '../exporter/exporter.ts';
import type { Format } from '../exposition/model.ts';
import { type ReadExposition, readExposition } from '../exposition/read.ts';
import { RequirementFailure } from '../failure.ts';
import type { KubeClient } from '../kube/client.ts';
import { isReady, type Pod } from '../kube/pod.ts';
import { seconds, waitFor } from '../wait.ts';
import type { RequirementContext } from './context.ts';
import { copyOfExporter } from './exporter-copy.ts';

/** A scrape: the answer as received, and the result of the strict reader. */
export interface Scrape extends ReadExposition {
  readonly answer: ReceivedAnswer;
}

/**
 * Scrapes a pod's metrics, and reads the answer in the format of its content type.
 * @param format the requested format
 * @throws RequirementFailure when the status is not 200
 */
export async function scrape(client: KubeClient, pod: Pod, port: number, format: Format = 'text'): Promise<Scrape> {
  const answer = await getFromPod(client, pod, port, '/metrics', { Accept: accept[format] });
  if (answer.status !== 200) {
    throw new RequirementFailure('an exposition from /metrics', `status ${answer.status}: ${answer.body.slice(0, 200)}`);
  }
  const received: Format = answer.contentType.startsWith('application/openmetrics-text') ? 'openmetrics' : 'text';
  return { answer, ...(await readExposition(answer.bytes, { format: received })) };
}

/** Scrapes the exporter. */
export async function scrapeExporter({ client, exporter, target }: RequirementContext): Promise<Scrape> {
  return scrape(client, await exporter.pod(), target.ports.metrics.number);
}

/**
 * Scrapes a fresh copy of the exporter: some releases cache the headers of their first answer, so that one process cannot answer in two
 * formats.
 */
export async function scrapeFreshCopy(context: RequirementContext, format: Format): Promise<Scrape> {
  const { client, scratch, target } = context;
  const copy = await copyOfExporter(context, { name: format });
  try {
    const ready = await scratch.podUntil(copy, `the copy ${copy.metadata.name} Ready`, isReady, seconds(60));
    // Without a readiness probe the copy is Ready before it has listed anything.
    return await waitFor({
      what: `a sample from the copy ${copy.metadata.name}`,
      within: seconds(20),
      observe: () => scrape(client, ready, target.ports.metrics.number, format),
      until: ({ exposition }) => [...exposition.families.values()].some(({ samples }) => samples.length > 0),
      describe: ({ answer }) => `${answer.status} without a sample`,
    });
  } finally {
    await scratch.remove(copy);
  }
}
