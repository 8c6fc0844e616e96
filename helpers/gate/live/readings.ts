import type { Scraped } from '../../accounting/account.ts';
import { parseExporterArguments } from '../../catalogue/arguments.ts';
import { accept, getFromPod } from '../../exporter/exporter.ts';
import { readsOf } from '../../exporter/reads.ts';
import type { Target } from '../../exporter/target.ts';
import type { Exposition, Format } from '../../exposition/model.ts';
import { readExposition } from '../../exposition/read.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { ObjectStore } from '../../kube/object-store.ts';
import type { Pod } from '../../kube/pod.ts';
import { surfaceOfScrape } from '../../prometheus/rules/surface.ts';
import { storeObjects } from '../../suite/read-objects.ts';
import { scrapeUnread } from '../../suite/scrape.ts';
import { formatVersion, type Version } from '../../version.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import type { GateDifference } from '../difference.ts';
import {
  classifyResponse,
  type EndpointPath,
  endpointPaths,
  type PathResponse,
  type PathResponses,
  probedPaths,
} from '../endpoints/gate-endpoints.ts';
import type { ScrapedSide } from '../surface/expected.ts';

/** An exporter that runs. */
export interface RunningSide {
  readonly target: Target;
  readonly pod: Pod;
}

/** A value for each side. */
export type Sides<T> = Readonly<Record<'old' | 'new', T>>;

/** Both expositions at the same instant, and the objects before and after. */
export interface Reading {
  readonly scraped: Sides<ScrapedSide>;
  readonly objects: ObjectStore;
  readonly after: ObjectStore;
}

/** How long a difference may last that the catalogue does not explain: an exporter lags behind the API, and objects change. */
const patience = seconds(20);

/** Reads the objects, both expositions at the same instant, and the objects again. */
export async function read(client: KubeClient, sides: Sides<RunningSide>, format: Format): Promise<Reading> {
  const objects = await objectsOf(client, sides);
  const [old, now] = await Promise.all([scrapeExporter(client, sides.old, format), scrapeExporter(client, sides.new, format)]);
  const after = await objectsOf(client, sides);
  return { scraped: { old: await scrapedSide(sides.old, old), new: await scrapedSide(sides.new, now) }, objects, after };
}

/** What was found in a reading. */
export interface Comparison {
  readonly differences: readonly GateDifference[];
}

/**
 * Reads and compares both sides until the catalogue explains every difference, or until the rest has lasted longer than any lag: an exporter
 * that has just started is Ready before it has read every object.
 * @param observe makes a reading and compares what it has
 * @param within how long, in milliseconds
 * @returns the last comparison
 */
export async function compareUntilExplained<C extends Comparison>(
  observe: () => Promise<C>,
  { within = patience, every = seconds(2) }: { readonly within?: number; readonly every?: number } = {},
): Promise<C> {
  let last: C | undefined;
  const surprises = ({ differences }: Comparison) => differences.filter(({ origin }) => origin === 'surprise');
  try {
    return await waitFor({
      what: 'only differences that the catalogue explains',
      within,
      every,
      observe: async () => {
        last = await observe();
        return last;
      },
      until: (compared) => surprises(compared).length === 0,
      describe: (compared) => `${surprises(compared).length} surprises`,
    });
  } catch (error) {
    if (error instanceof NotObserved && last) return last;
    throw error;
  }
}

function scrapeExporter(client: KubeClient, { pod, target }: RunningSide, format: Format): Promise<Scraped> {
  return scrapeUnread(client, pod, target.ports.metrics.number, format);
}

async function scrapedSide({ target }: RunningSide, scraped: Scraped): Promise<ScrapedSide> {
  const surface = await surfaceOfScrape(scraped.source, scraped.format);
  return { surface, scraped, exporter: formatVersion(target.version), options: parseExporterArguments(target.arguments) };
}

/** All objects that either side should expose, whichever version of an API serves them. */
async function objectsOf(client: KubeClient, { old, new: now }: Sides<RunningSide>): Promise<ObjectStore> {
  const kinds = new Map(
    [old, now].flatMap(({ target }) => readsOf(target, client.mapper)).map((read) => [`${read.group}/${read.kind}`, read]),
  );
  const sides = [old, now].map(({ target }) => parseExporterArguments(target.arguments));
  const annotating = sides.find(({ metricAnnotationsAllowlist }) => metricAnnotationsAllowlist !== undefined);
  return storeObjects(client, [...kinds.values()], annotating);
}

/** Requests from both sides every path that any release documents, and the paths of the candidate's probes. */
export async function requestPaths(client: KubeClient, sides: Sides<RunningSide>): Promise<readonly PathResponses[]> {
  const isDocumented = ({ port, path }: EndpointPath) =>
    endpointPaths.some((documented) => documented.port === port && documented.path === path);
  const paths = [...endpointPaths, ...probedPaths(sides.new.target).filter((probed) => !isDocumented(probed))];
  const [old, now] = await Promise.all([responsesOf(client, sides.old, paths), responsesOf(client, sides.new, paths)]);
  return paths.map((path, index) => ({ ...path, old: old[index] ?? 'not found', new: now[index] ?? 'not found' }));
}

async function responsesOf(
  client: KubeClient,
  { pod, target }: RunningSide,
  paths: readonly EndpointPath[],
): Promise<readonly PathResponse[]> {
  const get = ({ port, path }: EndpointPath) => getFromPod(client, pod, target.ports[port].number, path);
  const landing = {
    metrics: (await get({ port: 'metrics', path: '/' })).body,
    telemetry: (await get({ port: 'telemetry', path: '/' })).body,
  };
  return Promise.all(paths.map(async (path) => classifyResponse(path.path, await get(path), landing[path.port])));
}

/** The metrics of both sides about the exporter itself. */
export async function telemetryOf(
  client: KubeClient,
  sides: Sides<RunningSide>,
): Promise<Sides<{ readonly version: Version; readonly telemetry: Exposition }>> {
  const read = async ({ pod, target }: RunningSide) => {
    const { body } = await getFromPod(client, pod, target.ports.telemetry.number, '/metrics', { Accept: accept.text });
    return { version: target.version, telemetry: (await readExposition(body, { format: 'text' })).exposition };
  };
  const [old, now] = await Promise.all([read(sides.old), read(sides.new)]);
  return { old, new: now };
}
