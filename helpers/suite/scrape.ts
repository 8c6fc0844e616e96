import type { Scraped } from '../accounting/account.ts';
import { tables } from '../catalogue/resources/index.ts';
import { accept, exposedFamilies, getFromPod, type ReceivedAnswer } from '../exporter/exporter.ts';
import type { Instance } from '../exporter/installed.ts';
import { PodOutlook } from '../exporter/pod-outlook.ts';
import type { Exposition, Format } from '../exposition/model.ts';
import { type ReadExposition, readExposition } from '../exposition/read.ts';
import { RequirementFailure } from '../failure.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Pod } from '../kube/pod.ts';
import { seconds, waitFor } from '../wait.ts';
import type { RequirementContext } from './context.ts';
import { copyOfExporter } from './exporter-copy.ts';

/** A scrape: the answer as received, and the result of the strict reader. */
export interface Scrape extends ReadExposition {
  readonly answer: ReceivedAnswer;
}

/**
 * Scrapes a pod's metrics, and reads the answer in the format of its content type.
 * @param format the requested format
 * @throws RequirementFailure when the status is not 200
 */
export async function scrape(client: KubeClient, pod: Pod, port: number, format: Format = 'text'): Promise<Scrape> {
  const answer = await answerOf(client, pod, port, format);
  return { answer, ...(await readExposition(answer.source, { format: receivedFormat(answer) })) };
}

/** The same without reading the answer, for a comparison that reads it part by part. */
export async function scrapeUnread(client: KubeClient, pod: Pod, port: number, format: Format = 'text'): Promise<UnreadScrape> {
  const answer = await answerOf(client, pod, port, format);
  return { source: answer.source, format: receivedFormat(answer) };
}

/** A scrape that can be read as often as needed. */
type UnreadScrape = Scraped & Pick<ReceivedAnswer, 'source'>;

async function answerOf(client: KubeClient, pod: Pod, port: number, format: Format): Promise<ReceivedAnswer> {
  const answer = await getFromPod(client, pod, port, '/metrics', { Accept: accept[format] });
  if (answer.status === 200) return answer;
  throw new RequirementFailure('an exposition from /metrics', `status ${answer.status}: ${answer.body.slice(0, 200)}`);
}

function receivedFormat({ contentType }: ReceivedAnswer): Format {
  return contentType.startsWith('application/openmetrics-text') ? 'openmetrics' : 'text';
}

/** A scrape of one of the processes that share the objects. */
export interface InstanceScrape extends Scrape {
  readonly instance: Instance;
}

/** The processes of the exporter, of all workloads; one where nothing is shared. */
export async function instancesOf({ workloads }: Pick<RequirementContext, 'workloads'>): Promise<readonly Instance[]> {
  return (await Promise.all(workloads.map((workload) => workload.instances()))).flat();
}

/** Scrapes every process of the exporter. */
export async function scrapeInstances(
  context: Pick<RequirementContext, 'client' | 'workloads'>,
  instances?: readonly Instance[],
): Promise<readonly InstanceScrape[]> {
  return Promise.all(
    (instances ?? (await instancesOf(context))).map(async (instance) => ({
      instance,
      ...(await scrape(context.client, instance.pod, instance.exporter.target.ports.metrics.number)),
    })),
  );
}

/** Scrapes every process of the exporter, and joins their expositions, as a Prometheus that scrapes all of them does. */
export async function scrapeWhole(
  context: Pick<RequirementContext, 'client' | 'workloads'>,
  instances?: readonly Instance[],
): Promise<Exposition> {
  return joined((await scrapeInstances(context, instances)).map(({ exposition }) => exposition));
}

function joined(expositions: readonly Exposition[]): Exposition {
  const [first, ...others] = expositions;
  if (first === undefined) throw new Error('There is no exposition to join.');
  if (others.length === 0) return first;
  const families = new Map(first.families);
  for (const family of others.flatMap((exposition) => [...exposition.families.values()])) {
    const known = families.get(family.name);
    families.set(family.name, known ? { ...known, samples: [...known.samples, ...family.samples] } : family);
  }
  const sum = (count: (exposition: Exposition) => number) => expositions.reduce((total, each) => total + count(each), 0);
  return {
    format: first.format,
    bytes: sum(({ bytes }) => bytes),
    samples: sum(({ samples }) => samples),
    families,
    timestamps: { count: sum(({ timestamps }) => timestamps.count) },
  };
}

/**
 * Findings of each scrape, a line each, with the process where there are several.
 * @param find returns the findings of one scrape
 */
export function findingsOfEach<S extends { readonly instance: Instance }>(
  scrapes: readonly S[],
  find: (scrape: S) => readonly string[],
): readonly string[] {
  return scrapes.flatMap((each) => find(each).map((line) => (scrapes.length === 1 ? line : `${each.instance.name}: ${line}`)));
}

/**
 * Scrapes a fresh copy of the exporter: some releases cache the headers of their first answer, so that one process cannot answer in two
 * formats.
 */
export async function scrapeFreshCopy(context: RequirementContext, format: Format): Promise<Scrape> {
  const { client, exporter, scratch, target } = context;
  const copy = await copyOfExporter(context, { name: format });
  try {
    const running = await scratch.running(copy, seconds(60));
    const { number } = target.ports.metrics;
    const outlook = PodOutlook.of(client);
    const later = familiesOfCustomResources(await exposedFamilies(client, await exporter.pod(), number));
    // Its first scrapes, before it listens and before it has listed everything, are in the same format.
    await waitFor({
      what: `the same families in all scrapes of the copy ${copy.metadata.name} for a second`,
      within: seconds(60),
      observe: async () => {
        const families = await exposedFamilies(client, running, number, format);
        const isSteady = await outlook.exposesAll(running.metadata.uid ?? '', async () => families);
        return { families, isSteady, missing: later.filter((family) => !families.split(' ').includes(family)) };
      },
      until: ({ isSteady, missing }) => isSteady && missing.length === 0,
      describe: ({ families, missing }) =>
        families === ''
          ? 'no sample'
          : [`${families.split(' ').length} families with samples`, ...missing.map((family) => `not yet ${family}`)].join(', '),
    });
    return await scrape(client, running, number, format);
  } finally {
    await scratch.remove(copy);
  }
}

const builtIn = new Set(tables.flatMap(({ families }) => families.map(({ name }) => name)));

/**
 * The families that no table has, which are those of custom resources: a process looks for their definitions every few seconds only, so that
 * it exposes them later than all others, when these have long been steady.
 * @param families as `exposedFamilies` returns them
 */
function familiesOfCustomResources(families: string): readonly string[] {
  return families.split(' ').filter((family) => family !== '' && !builtIn.has(family));
}
