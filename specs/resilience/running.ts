import { accept, getFromPod } from '../../helpers/exporter/exporter.ts';
import { readyBudget } from '../../helpers/exporter/installed.ts';
import type { ExporterPort } from '../../helpers/exporter/ports.ts';
import { countedReads } from '../../helpers/exporter/reads.ts';
import { goTypeOf, readSuccesses } from '../../helpers/exporter/telemetry.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { describePod, type Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** How long the first lists may take, in milliseconds: client-go sends 5 requests a second to an API group. */
const firstLists = seconds(20);

/**
 * Waits until a port of the exporter answers a scrape, long before the pod is Ready.
 * @param share a pod with the share that is to be scraped, which may be gone by now; any by default
 * @returns the body
 */
export async function scrapeRunning(
  { client, exporter }: RequirementContext,
  { name, number }: ExporterPort,
  share?: Pod,
): Promise<string> {
  const { body } = await waitFor({
    what: `the exporter to answer a scrape of ${name}`,
    within: readyBudget,
    observe: async () => {
      const pod = (await exporter.pods()).find((candidate) => share === undefined || exporter.hasShareOf(share, candidate));
      if (pod?.status?.podIP === undefined) return { status: 0, body: describePod(pod) };
      return getFromPod(client, pod, number, '/metrics', { Accept: accept.text });
    },
    until: ({ status, body: text }) => status === 200 && text.endsWith('\n'),
    describe: ({ status, body: text }) => `${status || 'no response'}: ${text.slice(0, 200)}`,
  });
  return body;
}

/** Waits until the exporter has listed every resource that it reads and the cluster serves. */
export async function everythingListed(context: RequirementContext, share?: Pod): Promise<void> {
  const { client, target } = context;
  const expected = countedReads(target, client.mapper).map(goTypeOf);
  await waitFor({
    what: 'the exporter to have listed everything',
    within: firstLists,
    observe: async () => {
      const body = await scrapeRunning(context, target.ports.telemetry, share);
      const listed = readSuccesses((await readExposition(body, { format: 'text' })).exposition);
      return expected.filter((type) => !listed.has(type));
    },
    until: (unlisted) => unlisted.length === 0,
    describe: (unlisted) => `not yet ${unlisted.join(', ')}`,
  });
}
