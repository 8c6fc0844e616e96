import { familyOf, isHeaderDue } from '../../helpers/accounting/headers.ts';
import { objectsOf, takeInventory } from '../../helpers/accounting/inventory.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { type ExposedResource, exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { promisedArguments, readsOf } from '../../helpers/exporter/reads.ts';
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
  const { exposition, resources } = await observeDefaults(context, (resource) => resource in documentedMetrics);
  const row = contextOf(context.target.version, {});
  const hasSamples = (name: string) => (exposition.families.get(name)?.samples.length ?? 0) > 0;
  return resources
    .map(({ table, rows, objects }) => {
      const settled = objects.filter((object) => object.settled);
      const expected = rows
        .filter(({ samples }) => settled.some(({ object }) => samples(object, row).length > 0))
        .map(({ name }) => name);
      return { resource: table.resource, expected, actual: expected.filter(hasSamples) };
    })
    .filter(({ expected }) => expected.length > 0);
}

/** The resources whose families are promised: those of the profile, or those that the release exposes by default. */
function promisedResources({ profile, target }: Pick<RequirementContext, 'profile' | 'target'>): readonly ExposedResource[] {
  return exposedResources(tables, target.version, parseExporterArguments(promisedArguments(profile)));
}

/** Scrapes between two readings of the objects of the promised resources that are `chosen`. */
async function observeDefaults(context: RequirementContext, chosen: (resource: string) => boolean) {
  const { client, target } = context;
  const { version } = target;
  const promised = promisedResources(context).filter(({ table }) => chosen(table.resource));
  const kinds = readsOf({ version, arguments: promisedArguments(context.profile) }).filter(({ resource }) => chosen(resource));
  const before = await readObjects(client, kinds);
  const exposition = await scrapeWhole(context);
  // What an exporter of some namespaces does not read, it need not expose.
  const { namespaces, namespacesDenylist } = parseExporterArguments(target.arguments);
  const within = { ...(namespaces && { namespaces }), ...(namespacesDenylist && { namespacesDenylist }) };
  const inventory = takeInventory(before, await readObjects(client, kinds));
  return {
    exposition,
    resources: promised.map((resource) => ({ ...resource, objects: objectsOf(resource.table, inventory, version, within) })),
  };
}

/**
 * Waits until every promised family has its header, as far as the cluster has an object of its resource.
 * @returns the number of these families
 */
export async function untilPromisedFamiliesAreExposed(context: RequirementContext): Promise<number> {
  await fixturesSettled(context.client, context.run);
  const row = contextOf(context.target.version, {});
  const { due } = await waitFor({
    what: 'the header of each promised family',
    within: freshnessBound,
    every: 500,
    observe: async () => {
      const { exposition, resources } = await observeDefaults(context, () => true);
      const families = resources
        .filter(({ table, objects }) => isHeaderDue(table, objects, row) === true)
        .flatMap(({ table, rows }) => rows.map((family) => ({ family, resource: table.resource })));
      const missing = families.filter(
        ({ family }) => familyOf(exposition.families, exposition.format, family)?.type === undefined,
      );
      return { due: families.length, missing };
    },
    until: ({ due: count, missing }) => count > 0 && missing.length === 0,
    describe: ({ missing }) =>
      missing.map(({ family, resource }) => `${family.name} has no header, and the cluster has ${resource}`).join('\n') ||
      'no object of any resource',
  });
  return due;
}
