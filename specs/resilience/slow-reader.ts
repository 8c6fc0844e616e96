import { accept, proxyPath } from '../../helpers/exporter/exporter.ts';
import { verify } from '../../helpers/failure.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds } from '../../helpers/wait.ts';
import { stalledReader } from './rude-client.ts';
import { touchEveryKind } from './touch.ts';
import { answersUnharmed } from './unharmed.ts';

/** How long a scrape may take beside a stalled one, in milliseconds, for one that takes `alone` by itself: in a big cluster seconds. */
const promptly = (alone: number) => seconds(2) + Math.ceil(10 * alone);

/**
 * Scrapes while a reader has stalled and objects of every kind have changed: where a scrape that is being written holds what it
 * writes, the change waits for the reader, and every other scrape for the change. The reader is gone afterwards.
 * @returns what was seen, for the report
 * @throws RequirementFailure when the scrape is not answered, or when the exporter is harmed once the reader has gone
 */
export async function answersBesideSlowReader(context: RequirementContext): Promise<string> {
  const before = await context.exporter.pod();
  const bound = promptly(await answersUnharmed(context, before));
  const reader = await stalledReader(context, before);
  try {
    const kinds = await touchEveryKind(context);
    const delay = await timeOfScrape(context, before, bound);
    verify(delay !== undefined, {
      expected: `a scrape answered within ${(bound / 1000).toFixed(1)} s beside one whose reader has stalled`,
      actual: `no answer, once objects of ${kinds} kinds had changed while ${reader.unread} bytes were left unread`,
    });
    return `a scrape took ${Math.round(delay)} ms while objects changed and ${reader.unread} bytes were left unread`;
  } finally {
    await context.scratch.remove(reader.pod);
    await answersUnharmed(context, before);
  }
}

/** In milliseconds; undefined when there is no answer within the bound. */
async function timeOfScrape({ client, target }: RequirementContext, pod: Pod, bound: number): Promise<number | undefined> {
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
