import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { servedReads } from '../../helpers/exporter/reads.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { withoutPayload } from '../../helpers/kube/object.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { askRunning, everythingListed } from './running.ts';
import { type Listed, type ObjectSeries, seriesOfObjects, seriesThatDiffer } from './series-of-objects.ts';

/** How long the exporter may take to show what its objects were before a look at them, in milliseconds. */
const settling = seconds(10);

/**
 * Looks at the exporter's series until two looks in a row agree, so that no watch that lags is taken for a loss. An exporter that
 * has just started answers before it has listed everything, and is given time to.
 */
export async function settledLook(context: RequirementContext): Promise<readonly ObjectSeries[]> {
  await everythingListed(context);
  let last = await look(context);
  await waitFor({
    what: 'two looks in a row at the same series',
    within: settling,
    every: 500,
    observe: async () => {
      const before = last;
      last = await look(context);
      return seriesThatDiffer(before, last);
    },
    until: (differences) => differences.length === 0,
    describe: (differences) => differences.slice(0, 10).join('\n'),
  });
  return last;
}

/** The series of all objects that stood still during one scrape. */
async function look(context: RequirementContext): Promise<readonly ObjectSeries[]> {
  const { target } = context;
  const options = parseExporterArguments(target.arguments);
  const before = await listAll(context);
  const { exposition } = await readExposition(await askRunning(context, context.target.ports.metrics), { format: 'text' });
  const stood = unchanged(before, await listAll(context));
  const exposed = exposedResources(tables, target.version, options);
  return seriesOfObjects(exposition, exposed, stood, contextOf(target.version, options));
}

async function listAll({ client, target }: RequirementContext): Promise<readonly Listed[]> {
  const reads = servedReads(target, client.mapper);
  return Promise.all(reads.map(async (one) => ({ resource: one.resource, objects: await client.list(one, {}, withoutPayload) })));
}

function unchanged(before: readonly Listed[], after: readonly Listed[]): readonly Listed[] {
  const versions = new Set(after.flatMap(({ objects }) => objects.map(versionOf)));
  return before.map(({ resource, objects }) => ({ resource, objects: objects.filter((one) => versions.has(versionOf(one))) }));
}

function versionOf({ metadata }: Listed['objects'][number]): string {
  return `${metadata.uid} ${metadata.resourceVersion}`;
}
