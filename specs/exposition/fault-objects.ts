import { faults } from '../../fixtures/faults/repeated-series.ts';
import type { Fault } from '../../fixtures/fixture.ts';
import type { LiveObject } from '../../fixtures/live.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { servedReads } from '../../helpers/exporter/reads.ts';
import type { Sample } from '../../helpers/exposition/model.ts';
import { RequirementFailure } from '../../helpers/failure.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { createFault, fixtureContext } from '../../helpers/suite/fixtures.ts';
import { type InstanceScrape, scrapeInstances } from '../../helpers/suite/scrape.ts';
import { NotObserved, waitFor } from '../../helpers/wait.ts';
import { violationsOf } from './strictness.ts';

/** The objects of a fault, or why there are none. */
type Created = { readonly fault: Fault; readonly live: readonly LiveObject[] } | { readonly fault: Fault; readonly error: Error };

/**
 * The series of a fault's objects that are repeated or wrong, a line each.
 * @throws RequirementFailure when the objects are not exposed; NotApplicable where the API server does not take them
 */
export async function wrongSeriesFor(context: RequirementContext, { name, isRight }: Fault): Promise<readonly string[]> {
  const { created, scrapes } = await trial(context);
  const own = created.find(({ fault }) => fault.name === name);
  if (own === undefined) throw new Error(`The fault ${name} was not tried.`);
  if ('error' in own) throw own.error;
  if (!own.live.every((object) => isExposed(object, scrapes)))
    throw new RequirementFailure(`a sample of ${namesOf(own.live)}`, noneAmong(scrapes));
  const samples = own.live.flatMap((object) => samplesOf(object, scrapes));
  context.observed(`${samples.length} samples of ${namesOf(own.live)}`);
  if (isRight) return samples.filter(({ sample }) => !isRight(sample)).map(({ scrape, sample }) => lineOf(scrape, sample.line));
  return scrapes.flatMap((scrape) => {
    const lines = new Set(samples.filter((found) => found.scrape === scrape).map(({ sample }) => sample.line));
    const repeated = scrape.violations.filter(({ line }) => lines.has(line));
    const shown = new Map(repeated.map(({ line }) => [line, lineOf(scrape, line)]));
    return violationsOf({ violations: repeated, lines: shown }, ['duplicate-series']);
  });
}

/**
 * Creates the objects of all faults at the same time and scrapes them together: a repeated series has the name of its object. Then removes
 * them and waits until the exporter no longer exposes them.
 */
const trial = memoizePerContext(async (context: RequirementContext) => {
  const created = await Promise.all(faults.map((fault) => create(context, fault)));
  const read = new Set(servedReads(context.target, context.client.mapper).map(({ resource }) => resource));
  const objects = created.flatMap((made) => ('live' in made ? made.live : []));
  const expected = created.flatMap((made) => ('live' in made && read.has(made.fault.resource) ? made.live : []));
  try {
    return { created, scrapes: await scrapeOnceExposed(context, expected) };
  } finally {
    await Promise.all(objects.map((object) => context.scratch.remove(object)));
    await waitFor({
      what: 'no sample of the removed objects',
      within: freshnessBound,
      observe: () => scrapeInstances(context),
      until: (latest) => !objects.some((object) => isExposed(object, latest)),
      describe: (latest) => `still exposed: ${namesOf(objects.filter((object) => isExposed(object, latest)))}`,
    });
  }
});

async function create({ client, objects, run }: RequirementContext, fault: Fault): Promise<Created> {
  try {
    return { fault, live: await createFault({ client, objects, kubernetes: run.kubernetes }, fault, fixtureContext(run)) };
  } catch (error) {
    return { fault, error: error as Error };
  }
}

/** Scrapes until every object has a sample; after the freshness bound the last scrape is judged, object by object. */
async function scrapeOnceExposed(
  context: RequirementContext,
  objects: readonly LiveObject[],
): Promise<readonly InstanceScrape[]> {
  let latest = await scrapeInstances(context);
  try {
    await waitFor({
      what: `a sample of ${namesOf(objects)}`,
      within: freshnessBound,
      observe: async () => {
        latest = await scrapeInstances(context);
        return latest;
      },
      until: (scrapes) => objects.every((object) => isExposed(object, scrapes)),
      describe: noneAmong,
    });
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
  }
  return latest;
}

function isExposed(object: LiveObject, scrapes: readonly InstanceScrape[]): boolean {
  return samplesOf(object, scrapes).length > 0;
}

/** The samples that have the object's name and, where they have a namespace, the object's; of whichever process exposes the object. */
function samplesOf(
  { metadata: { namespace, name } }: LiveObject,
  scrapes: readonly InstanceScrape[],
): readonly { readonly scrape: InstanceScrape; readonly sample: Sample }[] {
  return scrapes.flatMap((scrape) =>
    [...scrape.exposition.families.values()].flatMap(({ samples }) =>
      samples
        .filter(({ labels }) => (labels.namespace ?? namespace) === namespace && Object.values(labels).includes(name))
        .map((sample) => ({ scrape, sample })),
    ),
  );
}

function noneAmong(scrapes: readonly InstanceScrape[]): string {
  return `none among ${scrapes.reduce((sum, { exposition }) => sum + exposition.samples, 0)} samples`;
}

function lineOf({ answer }: InstanceScrape, line: number): string {
  return answer.body.split('\n')[line - 1] ?? '';
}

function namesOf(objects: readonly LiveObject[]): string {
  return objects.map(({ metadata }) => metadata.name).join(' and ');
}
