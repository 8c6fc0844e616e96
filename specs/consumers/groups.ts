import { familyOf, isHeaderDue } from '../../helpers/accounting/headers.ts';
import { objectsOf, takeInventory } from '../../helpers/accounting/inventory.ts';
import { type ExporterOptions, parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { runsExporter } from '../../helpers/exporter/find.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { argumentsOf } from '../../helpers/exporter/ports.ts';
import { readsOf } from '../../helpers/exporter/reads.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import type { Deployment } from '../../helpers/kube/workload.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { fixturesSettled } from '../../helpers/suite/fixtures.ts';
import { readObjects } from '../../helpers/suite/read-objects.ts';
import { scrapeExporter } from '../../helpers/suite/scrape.ts';
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

/** Scrapes between two readings of the objects of the resources that this release exposes by default and that are `chosen`. */
async function observeDefaults(context: RequirementContext, chosen: (resource: string) => boolean) {
  const { client, target } = context;
  const { version } = target;
  const kinds = readsOf({ version, arguments: [] }).filter(({ resource }) => chosen(resource));
  const before = await readObjects(client, kinds);
  const { exposition } = await scrapeExporter(context);
  const inventory = takeInventory(before, await readObjects(client, kinds));
  const resources = exposedResources(tables, version, {})
    .filter(({ table }) => chosen(table.resource))
    .map(({ table, rows }) => ({ table, rows, objects: objectsOf(table, inventory, version, {}) }));
  return { exposition, resources };
}

/** The families that the release exposes by default and that the arguments of every exporter of the target exclude, a line each. */
export function removedByArguments({ objects, version, container }: Target): readonly string[] {
  const familiesWith = (options: ExporterOptions) =>
    exposedResources(tables, version, options).flatMap(({ rows }) => rows.map(({ name }) => name));
  const exporters = objects
    .flatMap((object) => (object as Partial<Deployment>).spec?.template?.spec?.containers ?? [])
    .filter((each) => each.name === container.name || runsExporter(each))
    .map(argumentsOf);
  const exposed = new Set(exporters.flatMap((args) => familiesWith(parseExporterArguments(args))));
  const excluding = exporters
    .flat()
    .filter((argument) => /^--?(resources|metric-(allow|deny)list|custom-resource-state-only)\b/.test(argument));
  const because = excluding.length === 0 ? '' : ` (${[...new Set(excluding)].join(' ')})`;
  return familiesWith({})
    .filter((name) => !exposed.has(name))
    .map((name) => `${name} is excluded by the arguments${because}`);
}

/**
 * Waits until every family that the release exposes by default has its header, as far as the cluster has an object of its resource.
 * @returns the number of these families
 */
export async function untilDefaultFamiliesAreExposed(context: RequirementContext): Promise<number> {
  await fixturesSettled(context.client, context.run);
  const row = contextOf(context.target.version, {});
  const { due } = await waitFor({
    what: 'the header of each family that the release exposes by default',
    within: freshnessBound,
    every: 500,
    observe: async () => {
      const { exposition, resources } = await observeDefaults(context, () => true);
      const families = resources
        .filter(({ table, objects }) => isHeaderDue(table, objects, row) === true)
        .flatMap(({ table, rows }) => rows.map((family) => ({ family, resource: table.resource })));
      const missing = families.filter(({ family }) => familyOf(exposition, family)?.type === undefined);
      return { due: families.length, missing };
    },
    until: ({ due: count, missing }) => count > 0 && missing.length === 0,
    describe: ({ missing }) =>
      missing.map(({ family, resource }) => `${family.name} has no header, and the cluster has ${resource}`).join('\n') ||
      'no object of any resource',
  });
  return due;
}
