import { objectsOf, takeInventory } from '../../helpers/accounting/inventory.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { readsOf } from '../../helpers/exporter/reads.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { fixturesSettled } from '../../helpers/suite/fixtures.ts';
import { readObjects } from '../../helpers/suite/read-objects.ts';
import { scrapeWhole } from '../../helpers/suite/scrape.ts';
import { waitFor } from '../../helpers/wait.ts';
import { documentedMetrics } from './documented-metrics.ts';

/** A metric group of the exporter's documentation. */
interface Group {
  readonly resource: string;
  /** The families that must have samples according to the objects. */
  readonly expected: readonly string[];
  /** The expected families that have samples. */
  readonly actual: readonly string[];
}

interface Observation {
  readonly groups: readonly Group[];
  readonly faults: readonly string[];
}

/**
 * Scrapes until `faultsOf` finds nothing in the documented groups that this release exposes by default.
 * @returns the groups of which the cluster has objects with samples
 * @throws NotObserved with the faults when the freshness bound has passed
 */
export async function untilGroupsHave(
  context: RequirementContext,
  what: string,
  faultsOf: (group: Group) => readonly string[],
): Promise<readonly Group[]> {
  await fixturesSettled(context.client, context.run);
  const { groups } = await waitFor<Observation>({
    what,
    within: freshnessBound,
    every: 500,
    observe: async () => {
      const exposed = await exposedGroups(context);
      return { groups: exposed, faults: exposed.flatMap(faultsOf) };
    },
    until: ({ groups: exposed, faults }) => faults.length === 0 && exposed.length > 0,
    describe: ({ faults }) => faults.join('\n') || 'no object of any group',
  });
  return groups;
}

/** A line if the group has no series. */
export function withoutSeries({ resource, actual }: Group): readonly string[] {
  return actual.length === 0 ? [`no series of ${resource}`] : [];
}

/** The documented metrics of the group without a sample, a line each. */
export function missingMetrics({ resource, expected, actual }: Group): readonly string[] {
  return documentedOf(resource)
    .filter((name) => expected.includes(name) && !actual.includes(name))
    .map((name) => `${name} has no sample`);
}

/** The documented metrics of the groups that must have samples. */
export function documentedIn(groups: readonly Group[]): readonly string[] {
  return groups.flatMap(({ resource, expected }) => documentedOf(resource).filter((name) => expected.includes(name)));
}

function documentedOf(resource: string): readonly string[] {
  return documentedMetrics[resource] ?? [];
}

async function exposedGroups(context: RequirementContext): Promise<readonly Group[]> {
  const { client, target } = context;
  const kinds = readsOf({ version: target.version, arguments: [] }).filter(({ resource }) => resource in documentedMetrics);
  const before = await readObjects(client, kinds);
  const exposition = await scrapeWhole(context);
  const inventory = takeInventory(before, await readObjects(client, kinds));
  const row = contextOf(target.version, {});
  const hasSamples = (name: string) => (exposition.families.get(name)?.samples.length ?? 0) > 0;
  return exposedResources(tables, target.version, {})
    .filter(({ table }) => table.resource in documentedMetrics)
    .map(({ table, rows }) => {
      const objects = objectsOf(table, inventory, target.version, {}).filter(({ settled }) => settled);
      const expected = rows
        .filter(({ samples }) => objects.some(({ object }) => samples(object, row).length > 0))
        .map(({ name }) => name);
      return { resource: table.resource, expected, actual: expected.filter(hasSamples) };
    })
    .filter(({ expected }) => expected.length > 0);
}
