import { accept, proxyPath } from '../../helpers/exporter/exporter.ts';
import { servedReads } from '../../helpers/exporter/reads.ts';
import { verify } from '../../helpers/failure.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { runLabel } from '../../helpers/kube/run-label.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds } from '../../helpers/wait.ts';
import { stalledReader } from './scraper-pods.ts';
import { answersWithoutRestart } from './scrapes.ts';

/** How long a scrape may take beside a stalled one, in milliseconds, if it takes `undisturbed` otherwise: seconds on a big cluster. */
const scrapeBound = (undisturbed: number) => seconds(2) + Math.ceil(10 * undisturbed);

/**
 * Scrapes while a reader has stalled and objects of every kind have changed. An exporter that locks its store while it writes a response
 * would let the change wait for the reader, and every other scrape for the change. The reader is removed afterwards.
 * @returns a sentence for the report
 * @throws RequirementFailure when the scrape takes too long, or the exporter does not answer or has restarted afterwards
 */
export async function answersBesideSlowReader(context: RequirementContext): Promise<string> {
  const before = await context.exporter.pod();
  const undisturbed = await answersWithoutRestart(context, before);
  const bound = scrapeBound(undisturbed.delay);
  const reader = await stalledReader(context, before);
  try {
    const kinds = await touchEveryKind(context);
    const delay = await durationOfScrape(context, before, bound);
    verify(delay !== undefined, {
      expected: `a scrape answered within ${(bound / 1000).toFixed(1)} s beside one whose reader has stalled`,
      actual: `no response after objects of ${kinds} kinds had changed while ${reader.unread} bytes were unread`,
    });
    return `a scrape took ${Math.round(delay)} ms while objects changed and ${reader.unread} bytes were unread`;
  } finally {
    await context.scratch.remove(reader.pod);
    await answersWithoutRestart(context, before, undisturbed.families);
  }
}

/**
 * Changes an annotation of one object of the run for each kind that the exporter reads.
 * @returns the number of kinds
 */
async function touchEveryKind({ client, objects, run, target }: RequirementContext): Promise<number> {
  const labelSelector = `${runLabel}=${run.id}`;
  const annotations = { 'conformance.kube-state-metrics/touched': new Date().toISOString() };
  const touched = servedReads(target, client.mapper).map(async ({ apiVersion, kind }) => {
    const object = (await client.list({ apiVersion, kind }, { labelSelector })).find((labelled) => objects.owns(labelled));
    if (object) await client.merge(referenceOf(object), { metadata: { annotations } });
    return object;
  });
  return (await Promise.all(touched)).filter((object) => object !== undefined).length;
}

/** In milliseconds; undefined without a response within the bound. */
async function durationOfScrape({ client, target }: RequirementContext, pod: Pod, bound: number): Promise<number | undefined> {
  const begun = performance.now();
  const signal = AbortSignal.timeout(bound);
  const path = proxyPath(pod, target.ports.metrics.number, '/metrics');
  try {
    await client.call('GET', path, { headers: { Accept: accept.text }, responseType: 'text', signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
  return performance.now() - begun;
}
