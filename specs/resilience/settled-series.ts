import {
  type ListedResource,
  type ObjectSeries,
  seriesDifferences,
  seriesOfObjects,
} from '../../helpers/accounting/series-of-objects.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { accept, getFromPod } from '../../helpers/exporter/exporter.ts';
import { readyBudget } from '../../helpers/exporter/installed.ts';
import type { ExporterPort } from '../../helpers/exporter/ports.ts';
import { countedReads, servedReads } from '../../helpers/exporter/reads.ts';
import { goTypeOf, readSuccesses } from '../../helpers/exporter/telemetry.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { withoutPayload } from '../../helpers/kube/object.ts';
import { describePod, type Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** How long the first lists may take, in milliseconds: client-go sends 5 requests a second to an API group. */
const firstLists = seconds(20);

/** How long the series may take to settle, in milliseconds. */
const settling = seconds(10);

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
async function everythingListed(context: RequirementContext, share?: Pod): Promise<void> {
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

/**
 * Waits until the exporter has listed everything and two snapshots in a row have the same series, so that a lagging watch does not
 * count as a loss.
 * @param share a pod with the share of the exporter that is scraped
 * @returns the series of the objects that both snapshots have: what has just changed may still be exposed as it was
 */
export async function settledSeries(context: RequirementContext, share: Pod): Promise<readonly ObjectSeries[]> {
  await everythingListed(context, share);
  let previous: readonly ObjectSeries[] = [];
  let latest = await snapshot(context, share);
  await waitFor({
    what: 'the same series in two snapshots in a row',
    within: settling,
    every: 500,
    observe: async () => {
      previous = latest;
      latest = await snapshot(context, share);
      return seriesDifferences(previous, latest);
    },
    until: (differences) => differences.length === 0,
    describe: (differences) => differences.slice(0, 10).join('\n'),
  });
  const versions = new Set(previous.map(({ version }) => version));
  return latest.filter(({ version }) => versions.has(version));
}

/** The series of all objects that did not change during one scrape. */
async function snapshot(context: RequirementContext, share: Pod): Promise<readonly ObjectSeries[]> {
  const { target } = context;
  const options = parseExporterArguments(target.arguments);
  const before = await listAll(context);
  const { exposition } = await readExposition(await scrapeRunning(context, target.ports.metrics, share), { format: 'text' });
  const stable = unchanged(before, await listAll(context));
  const exposed = exposedResources(tables, target.version, options);
  return seriesOfObjects(exposition, exposed, stable, contextOf(target.version, options));
}

async function listAll({ client, target }: RequirementContext): Promise<readonly ListedResource[]> {
  const reads = servedReads(target, client.mapper);
  return Promise.all(
    reads.map(async (read) => ({ resource: read.resource, objects: await client.list(read, {}, withoutPayload) })),
  );
}

function unchanged(before: readonly ListedResource[], after: readonly ListedResource[]): readonly ListedResource[] {
  const versions = new Set(after.flatMap(({ objects }) => objects.map(versionOf)));
  return before.map(({ resource, objects }) => ({
    resource,
    objects: objects.filter((object) => versions.has(versionOf(object))),
  }));
}

function versionOf({ metadata }: ListedResource['objects'][number]): string {
  return `${metadata.uid} ${metadata.resourceVersion}`;
}
