import { accountLive, type LiveAccounting } from '../../helpers/accounting/live.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { freshnessBound } from '../../helpers/exporter/freshness-bound.ts';
import { readsOf } from '../../helpers/exporter/reads.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { unsettledFixtures } from '../../helpers/suite/fixtures.ts';
import { listableKinds, readObjects } from '../../helpers/suite/read-objects.ts';
import { scrape } from '../../helpers/suite/scrape.ts';
import { formatVersion } from '../../helpers/version.ts';
import { seconds } from '../../helpers/wait.ts';

/** How long to look at objects that do not hold still. */
const patience = seconds(30);

/** The names of the fixtures of the run that did not reach their states. */
export const unsettledFixturesOfRun = memoizePerContext(({ client, run }: RequirementContext) => unsettledFixtures(client, run));

/** The accounting of the run, which all groups share; it begins when the fixtures are in their states, or will not reach them. */
export const accountingOfRun = memoizePerContext(accountForExporter);

async function accountForExporter(context: RequirementContext): Promise<LiveAccounting> {
  const { client, run, target, exporter } = context;
  const pod = await exporter.pod();
  await unsettledFixturesOfRun(context);
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
