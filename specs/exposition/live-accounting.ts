import { accountLive, type LiveAccounting } from '../../helpers/accounting/live.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { freshnessBound } from '../../helpers/exporter/freshness-bound.ts';
import { readsOf } from '../../helpers/exporter/reads.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { fixturesSettled } from '../../helpers/suite/fixtures.ts';
import { listableKinds, readObjects } from '../../helpers/suite/read-objects.ts';
import { scrape } from '../../helpers/suite/scrape.ts';
import { formatVersion } from '../../helpers/version.ts';
import { seconds } from '../../helpers/wait.ts';

/** How long to look at objects that do not hold still. */
const patience = seconds(30);

/** The one accounting of the run, made when the fixtures are in their states; every group's requirement looks into it. */
export const accountingOfRun = memoizePerContext(accountForExporter);

async function accountForExporter({ client, run, target, exporter }: RequirementContext): Promise<LiveAccounting> {
  const pod = await exporter.pod();
  await fixturesSettled(client, run);
  const options = parseExporterArguments(target.arguments);
  return accountLive({
    exporter: formatVersion(target.version),
    options,
    kubernetes: run.kubernetes,
    readObjects: () => readObjects(client, listableKinds(readsOf(target), run), options),
    scrape: async () => (await scrape(client, pod, target.ports.metrics.number)).exposition,
    freshness: freshnessBound,
    within: patience,
    pollInterval: 500,
  });
}
