import { gunzipSync } from 'node:zlib';
import { account } from '../../helpers/accounting/account.ts';
import { describe } from '../../helpers/accounting/describe.ts';
import { isHeader } from '../../helpers/accounting/difference.ts';
import { objectName, takeInventory } from '../../helpers/accounting/inventory.ts';
import { accountLive } from '../../helpers/accounting/live.ts';
import { type ExporterOptions, parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { withoutExposingFlags } from '../../helpers/catalogue/flags.ts';
import { accept, getFromPod, scrapeCompressed } from '../../helpers/exporter/exporter.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { type Readable, servedReads } from '../../helpers/exporter/reads.ts';
import { goTypeOf, readsTried } from '../../helpers/exporter/telemetry.ts';
import type { Exposition } from '../../helpers/exposition/model.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { NotApplicable, verify, verifyNone } from '../../helpers/failure.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { ObjectStore } from '../../helpers/kube/object-store.ts';
import { describePod, type Pod, restarts } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { copyOfExporter } from '../../helpers/suite/exporter-copy.ts';
import { fixtureContext } from '../../helpers/suite/fixtures.ts';
import { storeObjects } from '../../helpers/suite/read-objects.ts';
import { scrape } from '../../helpers/suite/scrape.ts';
import { formatVersion } from '../../helpers/version.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { type Setting, settings } from './promises.ts';

/** How long a copy may take from its creation until it has tried to list everything, in milliseconds: ten of them start at once. */
const startBudget = seconds(60);

/** How long to wait for objects that keep changing, in milliseconds. */
const stabilityBudget = seconds(30);

/** A copy of the exporter with a setting. */
interface Trial {
  readonly setting: Setting;
  readonly pod: Pod;
  readonly options: ExporterOptions;
  /** What the copy lists, as far as the cluster serves it. */
  readonly reads: readonly Readable[];
  /** The namespace of the fixtures. */
  readonly fixtures: string;
}

/**
 * Tries a setting on a copy of the exporter: what it exposes is compared with the live objects by the catalogue, and what the option promises is
 * read directly.
 * @throws RequirementFailure with every difference and every broken promise, a line each
 */
export async function trySetting(context: RequirementContext, setting: Setting): Promise<void> {
  const trials = await startedTrials(context);
  const trial = await trials.get(setting.option);
  if (trial === undefined) throw new Error(`No copy was started for --${setting.option}.`);
  try {
    await untilListed(context, trial);
    const differences = await (setting.limit === undefined ? accountFor(context, trial) : accountForLimit(context, trial));
    // What has outlasted the exporter's lag is not waited for again.
    const lag = differences.length === 0 ? freshnessBound : 0;
    verifyNone(
      [...differences, ...(await brokenPromises(context, trial, lag))],
      `what --${setting.option} promises: ${argumentsOf(setting, trial.fixtures).join(' ')}`,
    );
  } finally {
    // Its end is not waited for, as nothing else depends on it.
    await context.client.remove(trial.pod, 0);
  }
}

function argumentsOf({ resources, values }: Setting, fixtures: string): readonly string[] {
  return [`--resources=${resources.join(',')}`, ...values(fixtures)];
}

/** On a busy machine, probes would restart copies that only start slowly; probes have requirements of their own. */
const withoutProbes = { livenessProbe: undefined, readinessProbe: undefined, startupProbe: undefined };

/** The label that the copies' own pods are to be exposed with, as the fixtures have no pod where admission refuses theirs. */
const labels = { fixture: 'setting' };

/** Starts the copies of all selected settings at the same time. */
const startedTrials = memoizePerContext(async (context: RequirementContext): Promise<ReadonlyMap<string, Promise<Trial>>> => {
  const { client, run, target } = context;
  const { namespaces } = parseExporterArguments(target.arguments);
  if (namespaces !== undefined) {
    throw new NotApplicable(`The exporter reads only ${[...namespaces].join(', ')}, and its copies may not read more.`);
  }
  const { namespace: fixtures } = fixtureContext(run);
  const start = async (setting: Setting): Promise<Trial> => {
    const args = [...withoutExposingFlags(target.arguments), ...argumentsOf(setting, fixtures)];
    const name = `settings-${setting.option}`;
    const pod = await copyOfExporter(context, { name, labels, container: withoutProbes, arguments: args });
    const reads = servedReads({ version: target.version, arguments: args }, client.mapper);
    return { setting, pod, options: parseExporterArguments(args), reads, fixtures };
  };
  const selected = settings.filter(({ option }) => run.selected.includes(`settings/${option}`));
  const trials = new Map(selected.map((setting) => [setting.option, start(setting)]));
  // Each is awaited by its own requirement, which may start only after it was rejected.
  for (const trial of trials.values()) trial.catch(() => undefined);
  return trials;
});

/** Waits until a copy has tried to list everything, according to its own metrics: a list that fails is found in what is exposed. */
async function untilListed({ client, target }: RequirementContext, { pod, reads }: Trial): Promise<void> {
  const reference = referenceOf(pod);
  await waitFor({
    what: `${pod.metadata.name} to have tried to list everything`,
    within: startBudget,
    every: 100,
    observe: async () => {
      const current = await client.find<Pod>(reference);
      const tried =
        current?.status?.podIP === undefined ? new Set() : await triedBy(client, current, target.ports.telemetry.number);
      return { current, untried: reads.map(goTypeOf).filter((type) => !tried.has(type)) };
    },
    until: ({ untried }) => untried.length === 0,
    describe: ({ current, untried }) => `${describePod(current)}; not yet ${untried.join(', ')}`,
    hopeless: ({ current }) => (current === undefined || restarts(current) > 0 ? describePod(current) : undefined),
  });
}

async function triedBy(client: RequirementContext['client'], pod: Pod, port: number): Promise<ReadonlySet<string>> {
  const { status, body } = await getFromPod(client, pod, port, '/metrics', { Accept: accept.text });
  return status === 200 ? readsTried((await readExposition(body, { format: 'text' })).exposition) : new Set();
}

/** The differences between what a copy exposes and what the catalogue expects of it, all of them, as a known issue must match each line. */
async function accountFor(context: RequirementContext, trial: Trial): Promise<readonly string[]> {
  const accounting = await accountLive({
    ...releases(context),
    options: trial.options,
    readObjects: () => objectsOf(context, trial),
    scrape: () => scrapeCopy(context, trial),
    freshness: freshnessBound,
    within: stabilityBudget,
    pollInterval: 250,
  });
  verify(accounting.explained > 0, { expected: 'samples that live objects explain', actual: 'none' });
  context.observed(`${accounting.explained} samples of ${accounting.compared} objects`);
  return describe(accounting, { limit: Number.POSITIVE_INFINITY });
}

/**
 * The same for a copy that exposes a limited number of objects of each resource: any of them, but each of these with all of its samples.
 * The objects of its namespace are the run's, and nobody changes them.
 */
async function accountForLimit(context: RequirementContext, trial: Trial): Promise<readonly string[]> {
  const { limit = 0 } = trial.setting;
  const observation = await waitFor({
    what: `${limit} objects of each resource exposed, each with all of its samples`,
    within: freshnessBound,
    observe: async () => {
      const all: KubernetesObject[] = [];
      for (const object of await objectsOf(context, trial)) if (object.metadata.namespace === trial.fixtures) all.push(object);
      const exposition = await scrapeCopy(context, trial);
      const request = { ...releases(context), options: trial.options, exposition };
      const { differences } = account({ ...request, objects: all });
      const missing = new Set(differences.flatMap((difference) => (isHeader(difference) ? [] : (difference.object ?? []))));
      const exposed = all.filter((object) => !missing.has(objectName(object)));
      const accounting = account({ ...request, objects: exposed });
      return { lines: [...wrongCounts(all, exposed, limit), ...describe(accounting)], explained: accounting.explained, exposed };
    },
    until: ({ lines, explained }) => lines.length === 0 && explained > 0,
    describe: ({ lines }) => lines.join('\n') || 'no sample that an object explains',
  });
  context.observed(`${observation.explained} samples of ${observation.exposed.length} objects`);
  return [];
}

/** A line for each kind of which not as many objects are exposed as the limit allows. */
function wrongCounts(all: readonly KubernetesObject[], exposed: readonly KubernetesObject[], limit: number): readonly string[] {
  const count = (objects: readonly KubernetesObject[], kind: string) => objects.filter((object) => object.kind === kind).length;
  return [...new Set(all.map(({ kind }) => kind))].flatMap((kind) => {
    const [existing, found] = [count(all, kind), count(exposed, kind)];
    const expected = Math.min(limit, existing);
    return found === expected ? [] : [`${found} of ${existing} ${kind}s are exposed, expected ${expected}`];
  });
}

/**
 * The promises of a setting that are broken, a line each.
 * @param lag for how long they may be broken because the exporter lags behind the API, in milliseconds
 */
async function brokenPromises(context: RequirementContext, trial: Trial, lag: number): Promise<readonly string[]> {
  const { client, target } = context;
  const { setting, pod, fixtures } = trial;
  const deadline = performance.now() + lag;
  const { findings, faults } = await waitFor({
    what: `what --${setting.option} promises`,
    within: 2 * freshnessBound,
    every: 500,
    observe: async () => {
      const before = await objectsOf(context, trial);
      const exposition = setting.isCompressed ? await compressedScrape(context, trial) : await scrapeCopy(context, trial);
      const { exposition: telemetry } = await scrape(client, pod, target.ports.telemetry.number);
      const after = await objectsOf(context, trial);
      return {
        findings: setting.findings({ exposition, telemetry, objects: settledObjects(before, after) }, fixtures),
        faults: setting.faults?.(exposition) ?? [],
      };
    },
    until: (observed) => observed.findings.length === 0 || performance.now() >= deadline,
    describe: (observed) => observed.findings.join('\n'),
  });
  return [...findings, ...faults];
}

/** Returns the objects of a kind that are the same in both readings: of a large cluster, only those of one kind are in memory. */
function settledObjects(before: ObjectStore, after: ObjectStore): (kind: string) => readonly KubernetesObject[] {
  const inventory = takeInventory(before, after);
  return (kind) =>
    [...before.kinds()]
      .filter((groupAndKind) => groupAndKind.endsWith(`/${kind}`))
      .flatMap((groupAndKind) => [...inventory.ofKind(groupAndKind)].flatMap(({ object, settled }) => (settled ? [object] : [])));
}

function releases({ run, target }: RequirementContext) {
  return { exporter: formatVersion(target.version), kubernetes: run.kubernetes };
}

function objectsOf({ client }: RequirementContext, { reads, options }: Trial): Promise<ObjectStore> {
  return storeObjects(client, reads, options);
}

async function scrapeCopy({ client, target }: RequirementContext, { pod }: Trial): Promise<Exposition> {
  return (await scrape(client, pod, target.ports.metrics.number)).exposition;
}

/** @throws RequirementFailure when the response is not compressed */
async function compressedScrape({ client, target }: RequirementContext, { pod }: Trial): Promise<Exposition> {
  const { status, encoding, bytes } = await scrapeCompressed(client, pod, target.ports.metrics.number);
  verify(status === 200 && encoding === 'gzip', {
    expected: 'a response to a scraper that accepts gzip with the encoding gzip',
    actual: `${status} with the encoding ${encoding || 'none'}`,
  });
  return (await readExposition(gunzipSync(bytes), { format: 'text' })).exposition;
}
