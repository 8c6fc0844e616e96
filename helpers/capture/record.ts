import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Cleanup, Cleanups } from '../cluster/cleanups.ts';
import { coreDnsToleration, waitForCoreDns, waitForNodes } from '../cluster/ready.ts';
import { startReaper } from '../cluster/start-reaper.ts';
import { UsageError } from '../errors.ts';
import { InstalledTarget } from '../exporter/installed.ts';
import { possibleReadsOf, servedReads } from '../exporter/reads.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { asScraper } from '../kube/service-account.ts';
import { install } from '../run/install.ts';
import type { Interruption } from '../run/interruption.ts';
import { occupy } from '../run/occupy.ts';
import { openProvided } from '../run/open-provided.ts';
import { keepUnremovedRecord } from '../run/reports-directory.ts';
import { targetOfRun } from '../run/target-of-run.ts';
import { createFixtures, type FixtureRun, fixtureContext, fixturesSettled } from '../suite/fixtures.ts';
import { readObjects } from '../suite/read-objects.ts';
import type { PodRefusals } from '../suite/record.ts';
import { scrape } from '../suite/scrape.ts';
import { atLeast, formatVersion, parseVersion } from '../version.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import type { Capture } from './capture.ts';
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

/** Boots a cluster, installs the exporter over all fixtures, records a capture, and removes the cluster. */
export async function recordCapture(recording: Recording): Promise<Capture> {
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

async function record(recording: Recording, directory: string, onCleanup: (cleanup: Cleanup) => void): Promise<Capture> {
  const { id, options, log } = recording;
  const installation = await targetOfRun(options, recording.interruption.signal);
  const { namespace } = fixtureContext({ id, workloadImage: '' });
  const args = recording.args.map((arg) => arg.replaceAll('{fixtures}', namespace));
  const target = withArguments(installation.target, args);
  log('booting the cluster');
  const images = [target.image, options.workloadImage];
  const { profile } = installation;
  const provided = await openProvided(
    { run: id, options, profile, images, directory, reaper: startReaper(directory), note: log },
    onCleanup,
  );
  const { client, objects, kubernetes, booted } = provided;
  await occupy(provided, target, log);
  const run: FixtureRun = { id, clusterKind: options.cluster ?? 'k3s', kubernetes, workloadImage: options.workloadImage };

  log('installing the exporter and the fixtures');
  await waitForNodes(client, provided.nodes);
  const reads = servedReads(target, client.mapper);
  let refusedPods: PodRefusals = {};
  const makeFixtures = async () => {
    refusedPods = await createFixtures(client, objects, run);
  };
  const { refused, scraper } = await install(client, target, { objects, reads, before: makeFixtures });
  const scraping = scraper ? asScraper(client, scraper) : client;
  if (refused.length > 0) throw new Error(`The API server refused ${refused.map(({ message }) => message).join('; ')}`);
  const { taint } = profile.cluster;
  if (booted) await waitForCoreDns(client, coreDnsToleration(taint));
  const pod = await new InstalledTarget(client, target).readyPod();
  for (const sentence of Object.values(refusedPods)) log(sentence);
  log('waiting for every fixture to be in its state');
  await fixturesSettled(client, { ...run, refusedPods });

  log('scraping');
  const { metrics, telemetry } = target.ports;
  const readable = possibleReadsOf(target);
  const {
    before,
    scrape: scraped,
    after,
  } = await settledScrape(
    () => readObjects(client, readable),
    async () => {
      const { answer } = await scrape(scraping, pod, metrics.number);
      if (!atLeast(target.version, servesBothFormats)) return { metrics: answer.body };
      return { metrics: answer.body, openMetrics: (await scrape(scraping, pod, metrics.number, 'openmetrics')).answer.body };
    },
    settleBudget,
  );
  return {
    origin: {
      kubernetes: formatVersion(parseVersion(kubernetes)),
      exporter: formatVersion(target.version),
      args: target.arguments,
      target: target.name,
      cluster: provided.image,
    },
    ...scraped,
    telemetry: (await scrape(scraping, pod, telemetry.number)).answer.body,
    objects: before,
    ...(after && { objectsAfter: after }),
  };
}

/** A scrape, and the objects before and after it. */
interface SettledScrape<T> {
  readonly before: readonly KubernetesObject[];
  readonly scrape: T;
  /** Undefined if nothing changed. */
  readonly after?: readonly KubernetesObject[];
}

/**
 * Scrapes between two readings of the objects until nothing changed between them, or returns the last scrape with both readings after the
 * time limit. The objects are read twice before the scrape, which gives a lagging exporter the time of one reading.
 * @param within in milliseconds
 */
export async function settledScrape<T>(
  read: () => Promise<readonly KubernetesObject[]>,
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

function isSame(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): boolean {
  const states = (objects: readonly KubernetesObject[]) =>
    new Set(objects.map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`));
  const [first, second] = [states(before), states(after)];
  return first.size === second.size && [...first].every((state) => second.has(state));
}
