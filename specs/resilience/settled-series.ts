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
import { servedReads } from '../../helpers/exporter/reads.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { withoutPayload } from '../../helpers/kube/object.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { everythingListed, scrapeRunning } from './running.ts';

/** How long the series may take to settle, in milliseconds. */
const settling = seconds(10);

/**
 * Waits until the exporter has listed everything and two snapshots in a row have the same series, so that a lagging watch does not
 * count as a loss.
 * @param share a pod with the share of the exporter that is scraped
 */
export async function settledSeries(context: RequirementContext, share: Pod): Promise<readonly ObjectSeries[]> {
  await everythingListed(context, share);
  let latest = await snapshot(context, share);
  await waitFor({
    what: 'the same series in two snapshots in a row',
    within: settling,
    every: 500,
    observe: async () => {
      const previous = latest;
      latest = await snapshot(context, share);
      return seriesDifferences(previous, latest);
    },
    until: (differences) => differences.length === 0,
    describe: (differences) => differences.slice(0, 10).join('\n'),
  });
  return latest;
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
