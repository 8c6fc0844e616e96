import { accept, getFromPod } from '../../helpers/exporter/exporter.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { verify } from '../../helpers/failure.ts';
import { describePod, type Pod, restarts } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** How long a scrape may take despite other clients, in milliseconds: half of Prometheus' default scrape_timeout of 10 s. */
const scrapeBound = seconds(5);

/** A complete scrape. */
export interface CompleteScrape {
  /** The time until it, in milliseconds. */
  readonly delay: number;
  /** The families with a sample of an object, but no pod, in the exporter's own namespace: these last as long as the exporter does. */
  readonly families: ReadonlySet<string>;
}

/**
 * Waits for a complete scrape of the exporter's pod, and verifies that the pod has not restarted.
 * @param before the pod before the disturbance
 * @param families what a complete scrape has, from a scrape before the disturbance. The exporter writes whole lines, so the end of a
 * scrape that was cut off may look like a proper one.
 */
export async function answersWithoutRestart(
  { client, target }: RequirementContext,
  before: Pod,
  families: ReadonlySet<string> = new Set(),
): Promise<CompleteScrape> {
  const begun = performance.now();
  const scrape = await waitFor({
    what: `${before.metadata.name} to answer a scrape completely`,
    within: scrapeBound,
    observe: async () => {
      const { status, body } = await getFromPod(client, before, target.ports.metrics.number, '/metrics', { Accept: accept.text });
      const exposed = await familiesOfNamespace(body, before.metadata.namespace ?? '');
      return { status, body, exposed, missing: [...families].filter((name) => !exposed.has(name)) };
    },
    until: ({ status, body, missing }) => status === 200 && body.endsWith('\n') && missing.length === 0,
    describe: ({ status, body, missing }) =>
      missing.length === 0
        ? `${status}: ${body.slice(0, 200)}`
        : `${status} with ${body.length} characters, without ${missing.length} families that it had before: ${missing.slice(0, 5).join(', ')}`,
  });
  const delay = performance.now() - begun;
  const after = await client.find<Pod>(referenceOf(before));
  verify(after !== undefined && after.metadata.uid === before.metadata.uid && restarts(after) === restarts(before), {
    expected: `${before.metadata.name} running without another restart`,
    actual: describePod(after),
  });
  return { delay, families: scrape.exposed };
}

/** Of pods there are copies, which come and go. */
async function familiesOfNamespace(body: string, namespace: string): Promise<ReadonlySet<string>> {
  const { exposition } = await readExposition(body, { format: 'text' });
  const families = [...exposition.families.values()].filter(({ samples }) =>
    samples.some(({ labels }) => labels.namespace === namespace && labels.pod === undefined),
  );
  return new Set(families.map(({ name }) => name));
}

/**
 * Sends several scrapes at the same time, and one before and one after them.
 * @returns a line for each scrape that lacks a family which both the first and the last scrape have
 */
export async function incompleteScrapes(context: RequirementContext, pod: Pod, count: number): Promise<readonly string[]> {
  const before = await scrapeFamilies(context, pod);
  const concurrent = await Promise.all(Array.from({ length: count }, () => scrapeFamilies(context, pod)));
  const after = await scrapeFamilies(context, pod);
  const lasting = [...before.names].filter((name) => after.names.has(name));
  if (lasting.length === 0) return [`no common family: before ${before.summary}, after ${after.summary}`];
  return concurrent.flatMap(({ summary, names }, index) => {
    const missing = lasting.filter((name) => !names.has(name));
    return missing.length === 0
      ? []
      : [`scrape ${index + 1}: ${summary} without ${missing.length} families: ${missing.slice(0, 5).join(', ')}`];
  });
}

async function scrapeFamilies(
  { client, target }: RequirementContext,
  pod: Pod,
): Promise<{ readonly summary: string; readonly names: ReadonlySet<string> }> {
  const { status, body } = await getFromPod(client, pod, target.ports.metrics.number, '/metrics', { Accept: accept.text });
  const { exposition } = await readExposition(body, { format: 'text' });
  const summary = `${status} with ${body.length} characters`;
  return { summary, names: new Set(status === 200 && body.endsWith('\n') ? exposition.families.keys() : []) };
}
