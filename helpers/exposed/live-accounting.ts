import { parseExporterArguments } from '../accounting/arguments.ts';
import { accountLive, type LiveAccounting } from '../accounting/live.ts';
import { freshnessBound } from '../freshness/bound.ts';
import type { RequirementContext } from '../requirement/context.ts';
import { oncePerContext } from '../requirement/once.ts';
import { fixturesSettled } from '../run/fixtures.ts';
import { listable, readObjects } from '../run/read-objects.ts';
import { readsOf } from '../run/reads.ts';
import { formatVersion } from '../version.ts';
import { seconds } from '../wait.ts';
import { scrape } from './scrape.ts';

/** How long to look at objects that do not hold still. */
const patience = seconds(30);

/** The one accounting of the run, made when the fixtures are in their states; every group's requirement looks into it. */
export const accountingOfRun = oncePerContext(accountForExporter);

async function accountForExporter({ client, run, target, exporter }: RequirementContext): Promise<LiveAccounting> {
  const pod = await exporter.pod();
  await fixturesSettled(client, run);
  const options = parseExporterArguments(target.arguments);
  return accountLive({
    exporter: formatVersion(target.version),
    options,
    kubernetes: run.kubernetes,
    readObjects: () => readObjects(client, listable(readsOf(target), run), options),
    scrape: async () => (await scrape(client, pod, target.ports.metrics.number)).exposition,
    freshness: freshnessBound,
    within: patience,
    pollInterval: 500,
  });
}
