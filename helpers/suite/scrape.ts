import { accept, getFromPod, type ReceivedAnswer } from '../exporter/exporter.ts';
import type { Format } from '../exposition/model.ts';
import { type ReadExposition, readExposition } from '../exposition/read.ts';
import { RequirementFailure } from '../failure.ts';
import type { KubeClient } from '../kube/client.ts';
import { isReady, type Pod } from '../kube/pod.ts';
import { seconds } from '../wait.ts';
import type { RequirementContext } from './context.ts';
import { copyOfExporter } from './exporter-copy.ts';

/** One scrape: the answer as it came, and what the strict reader makes of it. */
export interface Scrape extends ReadExposition {
  readonly answer: ReceivedAnswer;
}

/**
 * Scrapes a pod's metrics in the format that is asked for, and reads the answer as the format that it says it is.
 * @throws RequirementFailure when the answer is no exposition at all
 */
export async function scrape(client: KubeClient, pod: Pod, port: number, format: Format = 'text'): Promise<Scrape> {
  const answer = await getFromPod(client, pod, port, '/metrics', { Accept: accept[format] });
  if (answer.status !== 200) {
    throw new RequirementFailure('an exposition from /metrics', `status ${answer.status}: ${answer.body.slice(0, 200)}`);
  }
  const said: Format = answer.contentType.startsWith('application/openmetrics-text') ? 'openmetrics' : 'text';
  return { answer, ...(await readExposition(answer.bytes, { format: said })) };
}

/** Scrapes the exporter once, as it is now. */
export async function scrapeOf({ client, exporter, target }: RequirementContext): Promise<Scrape> {
  return scrape(client, await exporter.pod(), target.ports.metrics.number);
}

/**
 * Scrapes a copy of the exporter that nobody has asked before: some releases keep the headers of their first answer, so that one
 * process cannot be asked for two formats.
 */
export async function scrapeOfFreshCopy(context: RequirementContext, format: Format): Promise<Scrape> {
  const { client, scratch, target } = context;
  const copy = await copyOfExporter(context, { name: format });
  try {
    const ready = await scratch.podUntil(copy, `the copy ${copy.metadata.name} Ready`, isReady, seconds(60));
    return await scrape(client, ready, target.ports.metrics.number, format);
  } finally {
    await scratch.remove(copy);
  }
}
