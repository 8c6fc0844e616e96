import { parseExporterArguments } from '../../catalogue/arguments.ts';
import { readsOf } from '../../exporter/reads.ts';
import type { Target } from '../../exporter/target.ts';
import type { Exposition, Format } from '../../exposition/model.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { Pod } from '../../kube/pod.ts';
import { readObjects } from '../../suite/read-objects.ts';
import { scrape } from '../../suite/scrape.ts';
import { formatVersion } from '../../version.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import { type GatedSurface, gateSurface } from '../surface/gate-surface.ts';
import type { ScrapedSide } from '../surface/request.ts';

/** An exporter that runs. */
export interface RunningSide {
  readonly target: Target;
  readonly pod: Pod;
}

/** Both sides in one word. */
export type Sides<T> = Readonly<Record<'old' | 'new', T>>;

/** Both expositions of one instant, and the objects before and after. */
export interface Reading {
  readonly scraped: Sides<ScrapedSide>;
  readonly objects: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];
}

/** How long a difference that no table explains may last: an exporter lags behind the API, and objects change. */
const patience = seconds(20);

/** Reads the objects, both expositions at the same instant, and the objects again. */
export async function read(client: KubeClient, sides: Sides<RunningSide>, format: Format): Promise<Reading> {
  const objects = await objectsOf(client, sides);
  const [old, now] = await Promise.all([scrapeOf(client, sides.old, format), scrapeOf(client, sides.new, format)]);
  const after = await objectsOf(client, sides);
  return { scraped: { old: scrapedSide(sides.old, old), new: scrapedSide(sides.new, now) }, objects, after };
}

/**
 * Compares both surfaces until nothing is left that no table explains, or until it has lasted longer than any lag.
 * @returns the last comparison, and the reading that it rests on
 */
export async function compareUntilStill(
  client: KubeClient,
  sides: Sides<RunningSide>,
  kubernetes: string,
): Promise<{ readonly reading: Reading; readonly surface: GatedSurface }> {
  let last: { reading: Reading; surface: GatedSurface } | undefined;
  const compare = async () => {
    const reading = await read(client, sides, 'text');
    const { scraped, objects, after } = reading;
    last = { reading, surface: gateSurface({ ...scraped, objects, after, kubernetes }) };
    return last;
  };
  const surprises = ({ surface }: { surface: GatedSurface }) => surface.differences.filter(({ origin }) => origin === 'surprise');
  try {
    return await waitFor({
      what: 'only differences that the tables explain',
      within: patience,
      every: seconds(2),
      observe: compare,
      until: (compared) => surprises(compared).length === 0,
      describe: (compared) => `${surprises(compared).length} surprises`,
    });
  } catch (error) {
    if (error instanceof NotObserved && last) return last;
    throw error;
  }
}

async function scrapeOf(client: KubeClient, { pod, target }: RunningSide, format: Format): Promise<Exposition> {
  return (await scrape(client, pod, target.ports.metrics.number, format)).exposition;
}

function scrapedSide({ target }: RunningSide, exposition: Exposition): ScrapedSide {
  return { exposition, exporter: formatVersion(target.version), options: parseExporterArguments(target.arguments) };
}

/** Everything that either side should expose, whichever version of an API it is served in. */
async function objectsOf(client: KubeClient, { old, new: now }: Sides<RunningSide>): Promise<readonly KubernetesObject[]> {
  const kinds = new Map([old, now].flatMap(({ target }) => readsOf(target)).map((read) => [`${read.group}/${read.kind}`, read]));
  const sides = [old, now].map(({ target }) => parseExporterArguments(target.arguments));
  const annotating = sides.find(({ metricAnnotationsAllowlist }) => metricAnnotationsAllowlist !== undefined);
  return readObjects(client, [...kinds.values()], annotating);
}
