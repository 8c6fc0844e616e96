import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ExporterOptions } from '../catalogue/arguments.ts';
import { type Cleanup, Cleanups } from '../cluster/cleanups.ts';
import { coreDnsToleration, waitForCoreDns, waitForNodes } from '../cluster/ready.ts';
import { startReaper } from '../cluster/start-reaper.ts';
import { UsageError } from '../errors.ts';
import { imagesOf } from '../exporter/find.ts';
import { InstalledTarget, type Instance } from '../exporter/installed.ts';
import { possibleReadsOf, readsOf, servedReads } from '../exporter/reads.ts';
import { deriveWorkloads, type Target } from '../exporter/target.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { ObjectStore } from '../kube/object-store.ts';
import { asScraper } from '../kube/service-account.ts';
import { install } from '../run/install.ts';
import type { Interruption } from '../run/interruption.ts';
import { occupy } from '../run/occupy.ts';
import { openProvided } from '../run/open-provided.ts';
import { keepUnremovedRecord } from '../run/reports-directory.ts';
import { targetOfRun } from '../run/target-of-run.ts';
import { createCustomResources, defineCustomResources } from '../suite/custom-resources.ts';
import { createFixtures, type FixtureRun, fixtureContext, fixturesSettled } from '../suite/fixtures.ts';
import { storeObjects } from '../suite/read-objects.ts';
import type { PodRefusals } from '../suite/record.ts';
import { scrape, scrapeUnread } from '../suite/scrape.ts';
import { atLeast, formatVersion, parseVersion } from '../version.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import { type Recorded, repeatable } from './capture.ts';
import { withArguments } from './changed-target.ts';
import type { CaptureArguments } from './command-line.ts';

export interface Recording extends CaptureArguments {
  /** The run's id. */
  readonly id: string;
  readonly interruption: Interruption;
  /** Called with the progress, a line each. */
  readonly log: (line: string) => void;
}

/** The time limit for a scrape during which nothing changes; leases are renewed every two seconds. */
const settleBudget = seconds(90);

/** The first release of which one process serves both formats. Source: its SanitizeHeaders. */
const servesBothFormats = '2.19';

/** The capture of one process of the exporter. */
export interface RecordedCapture {
  /** Which process, where there are several: its shard `0`, its node `server`, `unscheduled`, or else `rest`. */
  readonly part?: string;
  readonly capture: Recorded;
}

/** Boots a cluster, installs the exporter over all fixtures, records a capture of each of its processes, and removes the cluster. */
export async function recordCaptures(recording: Recording): Promise<readonly RecordedCapture[]> {
  if (recording.options.cluster === 'simulated') throw new UsageError('A capture must be recorded on a live cluster.');
  if (recording.options.audit !== undefined) {
    throw new UsageError('A capture installs an exporter and fixtures, which an audit does not: remove --audit.');
  }
  const directory = resolve(recording.options.reports, 'capture-run');
  const unremoved = keepUnremovedRecord(directory, recording.options.reports);
  if (unremoved !== undefined) recording.log(unremoved);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const cleanups = new Cleanups();
  let left: readonly string[] = [];
  try {
    return await recording.interruption.orEnd(record(recording, directory, cleanups.add));
  } finally {
    left = await cleanups.run();
    for (const line of left) recording.log(`not removed: ${line}`);
    // npm run clean needs the record of what is left.
    if (left.length === 0) rmSync(directory, { recursive: true, force: true });
  }
}

async function record(
  recording: Recording,
  directory: string,
  onCleanup: (cleanup: Cleanup) => void,
): Promise<readonly RecordedCapture[]> {
  const { id, options, log } = recording;
  const installation = await targetOfRun(options, recording.interruption.signal);
  const { namespace } = fixtureContext({ id, workloadImage: '' });
  const args = recording.args.map((arg) => arg.replaceAll('{fixtures}', namespace));
  const target = withArguments(installation.target, args);
  log('booting the cluster');
  const images = [...imagesOf(target.objects), options.workloadImage];
  const { profile } = installation;
  const opened = await openProvided(
    { run: id, options, profile, images, directory, reaper: startReaper(directory), note: log },
    onCleanup,
  );
  // On an existing cluster, what exists is captured.
  const custom = opened.booted ? await defineCustomResources(opened, target) : { cluster: opened, defined: [] };
  const provided = custom.cluster;
  const { client, objects, kubernetes, booted } = provided;
  await occupy(provided, target, log);
  const run: FixtureRun = { id, clusterKind: options.cluster ?? 'k3s', kubernetes, workloadImage: options.workloadImage };

  log('installing the exporter and the fixtures');
  await waitForNodes(client, provided.nodes);
  const reads = servedReads(target, client.mapper);
  let refusedPods: PodRefusals = {};
  const makeFixtures = async () => {
    refusedPods = await createFixtures(client, objects, run);
    await createCustomResources(custom, id);
  };
  const { refused, scraper } = await install(client, target, { objects, reads, before: makeFixtures });
  const scraping = scraper ? asScraper(client, scraper) : client;
  if (refused.length > 0) throw new Error(`The API server refused ${refused.map(({ message }) => message).join('; ')}`);
  const { taint } = profile.cluster;
  if (booted) await waitForCoreDns(client, coreDnsToleration(taint));
  const workloads = deriveWorkloads(target.objects, { name: target.name }).map((each) => new InstalledTarget(client, each));
  const instances = (await Promise.all(workloads.map((workload) => workload.instances()))).flat();
  for (const sentence of Object.values(refusedPods)) log(sentence);
  log('waiting for every fixture to be in its state');
  await fixturesSettled(client, { ...run, refusedPods });

  log('scraping');
  const several = instances.length > 1;
  const readable = possibleReadsOf(target, client.mapper);
  const {
    before,
    scrape: scraped,
    after,
  } = await settledScrape(
    () => storeObjects(client, readable),
    () => Promise.all(instances.map((instance) => scrapeBoth(scraping, instance, several))),
    settleBudget,
  );
  const captured = instances.map(async (instance, index): Promise<RecordedCapture> => {
    const { exporter, pod, options: own } = instance;
    const args = [...exporter.target.arguments, ...shareArguments(own)];
    const ofProcess = several ? whatItReads(exporter.target.version, args, client) : () => true;
    const capture = {
      origin: {
        kubernetes: formatVersion(parseVersion(kubernetes)),
        exporter: formatVersion(target.version),
        args,
        target: target.name,
        cluster: provided.image,
      },
      ...(scraped[index] ?? { metrics: '' }),
      telemetry: (await scrape(scraping, pod, exporter.target.ports.telemetry.number)).answer.body,
      objects: those(before, ofProcess),
      ...(after && { objectsAfter: those(after, ofProcess) }),
    };
    return several ? { part: partOf(own), capture } : { capture };
  });
  return Promise.all(captured);
}

/** Scrapes a process, in both formats where it serves both; of several processes, in the text format alone. */
async function scrapeBoth(client: KubeClient, { exporter, pod }: Instance, several: boolean): Promise<Scraped> {
  const { version, ports } = exporter.target;
  const { source: metrics } = await scrapeUnread(client, pod, ports.metrics.number);
  if (several || !atLeast(version, servesBothFormats)) return { metrics };
  return { metrics, openMetrics: (await scrapeUnread(client, pod, ports.metrics.number, 'openmetrics')).source };
}

type Scraped = Pick<Recorded, 'metrics' | 'openMetrics'>;

/** The arguments of a process that has this share, however it found it. */
function shareArguments({ shard, node, unscheduledPods }: ExporterOptions): readonly string[] {
  return [
    ...(shard ? [`--shard=${shard.ordinal}`, `--total-shards=${shard.total}`] : []),
    ...(node === undefined ? [] : [`--node=${node}`]),
    ...(unscheduledPods ? ['--track-unscheduled-pods'] : []),
  ];
}

function partOf({ shard, node, unscheduledPods }: ExporterOptions): string {
  return shard ? String(shard.ordinal) : (node ?? (unscheduledPods ? 'unscheduled' : 'rest'));
}

function those(store: ObjectStore, isOne: (object: KubernetesObject) => boolean): Iterable<KubernetesObject> {
  return repeatable(function* () {
    for (const object of store) if (isOne(object)) yield object;
  });
}

/** Whether a process reads an object's kind. */
function whatItReads(
  version: Target['version'],
  args: readonly string[],
  { mapper }: KubeClient,
): (object: KubernetesObject) => boolean {
  const kinds = new Set(readsOf({ version, arguments: args }, mapper).map(({ kind }) => kind));
  return ({ kind }) => kinds.has(kind);
}

/** A scrape, and the objects before and after it. */
interface SettledScrape<T> {
  readonly before: ObjectStore;
  readonly scrape: T;
  /** Undefined if nothing changed. */
  readonly after?: ObjectStore;
}

/**
 * Scrapes between two readings of the objects until nothing changed between them, or returns the last scrape with both readings after the
 * time limit. The objects are read twice before the scrape, which gives a lagging exporter the time of one reading.
 * @param within in milliseconds
 */
export async function settledScrape<T>(
  read: () => Promise<ObjectStore>,
  scrape: () => Promise<T>,
  within: number,
): Promise<SettledScrape<T>> {
  let last: SettledScrape<T> | undefined;
  try {
    return await waitFor({
      what: 'a scrape during which no object changed',
      within,
      every: 100,
      observe: async () => {
        const before = await read();
        const again = await read();
        const scraped = await scrape();
        const after = await read();
        const isSettled = isSame(before, again) && isSame(again, after);
        last = { before, scrape: scraped, ...(!isSettled && { after }) };
        return last;
      },
      until: ({ after }) => after === undefined,
      describe: () => 'objects that changed',
    });
  } catch (error) {
    if (!(error instanceof NotObserved) || !last) throw error;
    return last;
  }
}

function isSame(before: ObjectStore, after: ObjectStore): boolean {
  const states = (objects: ObjectStore) => new Set([...objects.versions()].map(({ uid, version }) => `${uid} ${version}`));
  const [first, second] = [states(before), states(after)];
  return first.size === second.size && [...first].every((state) => second.has(state));
}
