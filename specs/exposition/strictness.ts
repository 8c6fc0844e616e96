import type { Fault } from '../../fixtures/fixture.ts';
import type { LiveObject } from '../../fixtures/live.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import type { Rule } from '../../helpers/exposition/model.ts';
import { compareReaders, type ReaderComparison } from '../../helpers/exposition/second-reader.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { createFixture, fixtureContext } from '../../helpers/suite/fixtures.ts';
import { findingsOfEach, type InstanceScrape, type Scrape, scrapeInstances } from '../../helpers/suite/scrape.ts';
import { waitFor } from '../../helpers/wait.ts';

/** The number of characters of a line that are shown. */
const shown = 160;

/** The violations of these rules with the start of their lines: `line 7, column 1, kube_pod_info{…: message`. */
export function violationsOf({ violations, answer }: Scrape, rules: readonly Rule[]): readonly string[] {
  const selected = violations.filter(({ rule }) => rules.includes(rule));
  if (selected.length === 0) return [];
  const lines = answer.body.split('\n');
  return selected.map(
    ({ line, column, message }) => `line ${line}, column ${column}, ${(lines[line - 1] ?? '').slice(0, shown)}: ${message}`,
  );
}

/** The violations of all rules except these. */
export function violationsExcept(scrape: Scrape, rules: readonly Rule[]): readonly string[] {
  const violated = new Set(scrape.violations.map(({ rule }) => rule).filter((rule) => !rules.includes(rule)));
  return violationsOf(scrape, [...violated]);
}

/** The families without HELP or TYPE, a line each. */
export function familiesWithoutHeader({ exposition }: Scrape): readonly string[] {
  return [...exposition.families.values()].flatMap(({ name, help, type }) => {
    const missing = [...(help === undefined ? ['HELP'] : []), ...(type === undefined ? ['TYPE'] : [])];
    return missing.length === 0 ? [] : [`${name} has no ${missing.join(' and no ')}`];
  });
}

/** Compares the scrape with the result of parse-prometheus-text-format for the same body. */
export function compareWithSecondReader({ answer, exposition }: Scrape): ReaderComparison {
  return compareReaders(answer.body, exposition);
}

/** The families in which both readers differ, a line each. */
export function disagreementsOfReaders(scrape: Scrape): readonly string[] {
  return compareWithSecondReader(scrape).disagreements.map(({ message }) => message);
}

/** A line with the number of samples that have a timestamp; none without such a sample. */
export function samplesWithTimestamp({ exposition }: Scrape): readonly string[] {
  const { count, firstLine } = exposition.timestamps;
  return count === 0 ? [] : [`${count} samples with a timestamp, the first in line ${firstLine}`];
}

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
