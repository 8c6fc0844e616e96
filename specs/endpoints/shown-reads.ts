import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { type Readable, servedReads } from '../../helpers/exporter/reads.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import { goTypeOf, readSuccesses, readTelemetry } from '../../helpers/exporter/telemetry.ts';
import type { Exposition } from '../../helpers/exposition/model.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** How long the first list of everything may take, in milliseconds, once the exporter is Ready. */
const firstLists = seconds(10);

/**
 * Waits until the exporter shows, for each resource that it asks for and the cluster serves, that it has read it: by its
 * counters, or by samples of objects.
 * @returns how many there are
 */
export async function everythingIsRead({ client, exporter, target }: RequirementContext): Promise<number> {
  const reads = servedReads(target, client.mapper);
  await waitFor({
    what: `${reads.length} resources read, shown by list or watch counters or by samples`,
    within: firstLists,
    observe: async () => {
      const successes = readSuccesses(await readTelemetry(exporter));
      const uncounted = reads.filter((one) => !successes.has(goTypeOf(one)));
      if (uncounted.length === 0) return [];
      const { exposition } = await readExposition((await exporter.metricsPort('/metrics')).bytes, { format: 'text' });
      return uncounted.filter((one) => !hasSamples(exposition, one, target));
    },
    until: (unread) => unread.length === 0,
    describe: (unread) => unread.map((one) => `${goTypeOf(one)}: nothing shows that it is read`).join('\n'),
  });
  return reads.length;
}

function hasSamples({ families }: Exposition, { resource }: Readable, { version, arguments: args }: Target): boolean {
  const exposed = exposedResources(tables, version, parseExporterArguments(args)).find(
    ({ table }) => table.resource === resource,
  );
  return (exposed?.rows ?? []).some(({ name }) => (families.get(name)?.samples.length ?? 0) > 0);
}
