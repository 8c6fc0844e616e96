import type { Fault } from '../../fixtures/fixture.ts';
import type { LiveObject } from '../../fixtures/live.ts';
import { freshnessBound } from '../../helpers/exporter/freshness-bound.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { createFixture, fixtureContext } from '../../helpers/suite/fixtures.ts';
import { type Scrape, scrapeExporter } from '../../helpers/suite/scrape.ts';
import { waitFor } from '../../helpers/wait.ts';
import { violationsOf } from './strictness.ts';

/**
 * Applies an object that makes some releases repeat a series, scrapes as soon as the exporter tells of it, and takes it away again.
 * @returns the series that are there twice, a line each
 */
export async function seriesRepeatedFor(context: RequirementContext, fault: Fault): Promise<readonly string[]> {
  const { client, run, scratch } = context;
  const objects = await createFixture(client, context.objects, fault, fixtureContext(run));
  try {
    const told = (scrape: Scrape) => objects.every((object) => tellsOf(scrape, object));
    const scrape = await waitFor({
      what: `a sample of ${objects.map(({ metadata }) => metadata.name).join(' and ')}`,
      within: freshnessBound,
      observe: () => scrapeExporter(context),
      until: told,
      describe: ({ exposition }) => `none among ${exposition.samples} samples`,
    });
    return violationsOf(scrape, ['duplicate-series']);
  } finally {
    for (const object of objects) await scratch.remove(object);
    await waitFor({
      what: 'an exposition without the fault',
      within: freshnessBound,
      observe: () => scrapeExporter(context),
      until: (scrape) => !objects.some((object) => tellsOf(scrape, object)),
      describe: () => 'the exporter still tells of it',
    });
  }
}

function tellsOf({ exposition }: Scrape, { metadata: { namespace, name } }: LiveObject): boolean {
  return [...exposition.families.values()].some(({ samples }) =>
    samples.some(({ labels }) => labels.namespace === namespace && Object.values(labels).includes(name)),
  );
}
