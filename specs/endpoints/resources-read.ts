import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { countedReads, type Readable } from '../../helpers/exporter/reads.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import { goTypeOf, readSuccesses, readTelemetry } from '../../helpers/exporter/telemetry.ts';
import type { Exposition } from '../../helpers/exposition/model.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** How long the first lists may take after the exporter is Ready, in milliseconds. */
const firstLists = seconds(10);

/**
 * Waits until each resource that the exporter reads and the cluster serves has been read, according to the exporter's counters of lists
 * and watches or to samples of its objects.
 * @returns the number of resources
 */
export async function everythingIsRead({ client, exporter, target }: RequirementContext): Promise<number> {
  const reads = countedReads(target, client.mapper);
  await waitFor({
    what: `${reads.length} resources read, according to list and watch counters or to samples`,
    within: firstLists,
    observe: async () => {
      const successes = readSuccesses(await readTelemetry(exporter));
      const uncounted = reads.filter((resource) => !successes.has(goTypeOf(resource)));
      if (uncounted.length === 0) return [];
      const { exposition } = await readExposition((await exporter.metricsPort('/metrics')).bytes, { format: 'text' });
      return uncounted.filter((resource) => !hasSamples(exposition, resource, target));
    },
    until: (unread) => unread.length === 0,
    describe: (unread) =>
      unread.map((resource) => `${goTypeOf(resource)}: no successful list or watch, and no sample`).join('\n'),
  });
  return reads.length;
}

function hasSamples({ families }: Exposition, { resource }: Readable, { version, arguments: args }: Target): boolean {
  const exposed = exposedResources(tables, version, parseExporterArguments(args)).find(
    ({ table }) => table.resource === resource,
  );
  return (exposed?.rows ?? []).some(({ name }) => (families.get(name)?.samples.length ?? 0) > 0);
}
