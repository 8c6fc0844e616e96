import type { Fault } from '../../fixtures/fixture.ts';
import type { LiveObject } from '../../fixtures/live.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { createFixture, fixtureContext } from '../../helpers/suite/fixtures.ts';
import { findingsOfEach, type InstanceScrape, scrapeInstances } from '../../helpers/suite/scrape.ts';
import { waitFor } from '../../helpers/wait.ts';
import { violationsOf } from './strictness.ts';

/**
 * Creates an object that makes some releases repeat a series, waits for its samples, and removes it.
 * @returns the repeated series, a line each
 */
export async function seriesRepeatedFor(context: RequirementContext, fault: Fault): Promise<readonly string[]> {
  const { client, run, scratch } = context;
  const objects = await createFixture(client, context.objects, fault, fixtureContext(run));
  try {
    const scrapes = await waitFor({
      what: `a sample of ${objects.map(({ metadata }) => metadata.name).join(' and ')}`,
      within: freshnessBound,
      observe: () => scrapeInstances(context),
      until: (latest) => objects.every((object) => isExposed(object, latest)),
      describe: (latest) => `none among ${latest.reduce((sum, { exposition }) => sum + exposition.samples, 0)} samples`,
    });
    return findingsOfEach(scrapes, (scrape) => violationsOf(scrape, ['duplicate-series']));
  } finally {
    for (const object of objects) await scratch.remove(object);
    await waitFor({
      what: 'no sample of the removed object',
      within: freshnessBound,
      observe: () => scrapeInstances(context),
      until: (latest) => !objects.some((object) => isExposed(object, latest)),
      describe: () => 'the exporter still exposes it',
    });
  }
}

/** Whether one of the processes exposes the object. */
function isExposed({ metadata: { namespace, name } }: LiveObject, scrapes: readonly InstanceScrape[]): boolean {
  const families = scrapes.flatMap(({ exposition }) => [...exposition.families.values()]);
  return families.some(({ samples }) =>
    samples.some(({ labels }) => labels.namespace === namespace && Object.values(labels).includes(name)),
  );
}
