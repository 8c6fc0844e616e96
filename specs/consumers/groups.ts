import { objectsOf, takeInventory } from '../../helpers/accounting/inventory.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { freshnessBound } from '../../helpers/exporter/freshness-bound.ts';
import { readsOf } from '../../helpers/exporter/reads.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { fixturesSettled } from '../../helpers/suite/fixtures.ts';
import { readObjects } from '../../helpers/suite/read-objects.ts';
import { scrapeExporter } from '../../helpers/suite/scrape.ts';
import { waitFor } from '../../helpers/wait.ts';
import { documentedMetrics } from './documented-metrics.ts';

/** A metric group: the families of it that objects give samples to, and those of them that the exposition has samples of. */
interface Group {
  readonly resource: string;
  readonly wanted: readonly string[];
  readonly seen: readonly string[];
}

/** What is there of the documented groups, and what is wrong with it. */
interface Look {
  readonly groups: readonly Group[];
  readonly findings: readonly string[];
}

/**
 * Looks at the documented groups that this release exposes without being told to, until what `wrong` names is there or the
 * freshness bound has passed.
 * @returns the groups that objects give samples to
 */
export async function looksForGroups(
  context: RequirementContext,
  what: string,
  wrong: (group: Group) => readonly string[],
): Promise<readonly Group[]> {
  await fixturesSettled(context.client, context.run);
  const { groups } = await waitFor<Look>({
    what,
    within: freshnessBound,
    every: 500,
    observe: async () => {
      const groups = await groupsNow(context);
      return { groups, findings: groups.flatMap(wrong) };
    },
    until: ({ groups, findings }) => findings.length === 0 && groups.length > 0,
    describe: ({ findings }) => findings.join('\n') || 'no object of any group',
  });
  return groups;
}

/** The group, when no series at all tells of its objects. */
export function silent({ resource, seen }: Group): readonly string[] {
  return seen.length === 0 ? [`nothing tells of ${resource}`] : [];
}

/** The documented metrics of the group that have no sample. */
export function undocumented({ resource, wanted, seen }: Group): readonly string[] {
  return documentedOf(resource)
    .filter((name) => wanted.includes(name) && !seen.includes(name))
    .map((name) => `${name} has no sample`);
}

/** The documented metrics of the groups that objects give samples to. */
export function documentedIn(groups: readonly Group[]): readonly string[] {
  return groups.flatMap(({ resource, wanted }) => documentedOf(resource).filter((name) => wanted.includes(name)));
}

function documentedOf(resource: string): readonly string[] {
  return documentedMetrics[resource] ?? [];
}

async function groupsNow(context: RequirementContext): Promise<readonly Group[]> {
  const { client, target } = context;
  const kinds = readsOf({ version: target.version, arguments: [] }).filter(({ resource }) => resource in documentedMetrics);
  const before = await readObjects(client, kinds);
  const { exposition } = await scrapeExporter(context);
  const inventory = takeInventory(before, await readObjects(client, kinds));
  const row = contextOf(target.version, {});
  const hasSamples = (name: string) => (exposition.families.get(name)?.samples.length ?? 0) > 0;
  return exposedResources(tables, target.version, {})
    .filter(({ table }) => table.resource in documentedMetrics)
    .map(({ table, rows }) => {
      const objects = objectsOf(table, inventory, target.version, {}).filter(({ settled }) => settled);
      const wanted = rows
        .filter(({ samples }) => objects.some(({ object }) => samples(object, row).length > 0))
        .map(({ name }) => name);
      return { resource: table.resource, wanted, seen: wanted.filter(hasSamples) };
    })
    .filter(({ wanted }) => wanted.length > 0);
}
