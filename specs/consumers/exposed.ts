import { familyOf, type Header, isHeaderDue } from '../../helpers/accounting/headers.ts';
import { eachObjectOf, type Inventory, type Observed, takeInventory } from '../../helpers/accounting/inventory.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { type ExposedResource, exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { promisedArguments, type Readable, readsOf } from '../../helpers/exporter/reads.ts';
import { type SeriesVisitor, scanExposition } from '../../helpers/exposition/read.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { fixturesSettled, unsettledFixtures } from '../../helpers/suite/fixtures.ts';
import { inTurn, storeObjects } from '../../helpers/suite/read-objects.ts';
import { instancesOf, scrapeUnread } from '../../helpers/suite/scrape.ts';
import { waitFor } from '../../helpers/wait.ts';
import { documentedMetrics } from './documented-metrics.ts';
import { examineJoins, JoinCounts, type JoinedSeries, joinedResources } from './joins.ts';

/** A metric group of the exporter's documentation. */
interface Group {
  readonly resource: string;
  /** The families that must have samples according to the objects. */
  readonly expected: readonly string[];
  /** The expected families that have samples. */
  readonly actual: readonly string[];
}

/** What the exporter exposes of the objects that did not change between two readings, before and after its scrapes. */
interface Observation {
  readonly joined: JoinedSeries;
  /** The groups of which the cluster has objects with samples. */
  readonly groups: readonly Group[];
  /** The number of promised families whose header is due, and a line for each of them without one. */
  readonly headers: { readonly due: number; readonly missing: readonly string[] };
}

/** What is observed: the joins alone, or the promised resources as well. */
type Scope = 'joins' | 'promised';

/** The first observation of each, which the requirements share: one of a large cluster takes long, and mostly it is all they need. */
const firstObservations = {
  joins: memoizePerContext((context: RequirementContext) => observeFixtures(context, 'joins')),
  promised: memoizePerContext((context: RequirementContext) => observeFixtures(context, 'promised')),
};

async function observeFixtures(context: RequirementContext, scope: Scope): Promise<Observation> {
  await unsettledFixtures(context.client, context.run);
  return inTurn(context.run, () => observe(context, scope));
}

/** Observes, at first what all share, until there is no fault. */
async function untilFaultless(
  context: RequirementContext,
  scope: Scope,
  what: string,
  faultsIn: (observation: Observation) => readonly string[],
): Promise<Observation> {
  let next: (context: RequirementContext, scope: Scope) => Promise<Observation> = firstObservations[scope];
  return waitFor({
    what,
    within: freshnessBound,
    every: 500,
    observe: () => {
      const observed = next(context, scope);
      next = observe;
      return observed;
    },
    until: (observation) => faultsIn(observation).length === 0,
    describe: (observation) => faultsIn(observation).join('\n'),
  });
}

/** Waits until each object has exactly one series under its key in each family of a join. */
export async function untilJoinsAreUnique(context: RequirementContext): Promise<JoinedSeries> {
  const faults = ({ joined }: Observation) => (joined.objects === 0 ? ['no object to join with'] : joined.findings);
  const what = 'exactly one series of every object in the families of joins';
  // Who examines an exporter may be allowed to list what it reads, and no more.
  const read = new Set(readsOf(context.target).map(({ resource }) => resource));
  const scope = promisedReads(context).every(({ resource }) => read.has(resource)) ? 'promised' : 'joins';
  return (await untilFaultless(context, scope, what, faults)).joined;
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
  const faults = ({ groups }: Observation) => (groups.length === 0 ? ['no object of any group'] : groups.flatMap(faultsOf));
  return (await untilFaultless(context, 'promised', what, faults)).groups;
}

/**
 * Waits until every promised family has its header, as far as the cluster has an object of its resource.
 * @returns the number of these families
 */
export async function untilPromisedFamiliesAreExposed(context: RequirementContext): Promise<number> {
  await fixturesSettled(context.client, context.run);
  const faults = ({ headers }: Observation) => (headers.due === 0 ? ['no object of any resource'] : headers.missing);
  return (await untilFaultless(context, 'promised', 'the header of each promised family', faults)).headers.due;
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

function promisedReads({ profile, target }: RequirementContext): readonly Readable[] {
  return readsOf({ version: target.version, arguments: promisedArguments(profile) });
}

/** Scrapes between two readings of the objects of resources with a family of a join, and of the promised resources. */
async function observe(context: RequirementContext, scope: Scope): Promise<Observation> {
  const { client, target } = context;
  const promised = scope === 'promised' ? promisedReads(context) : [];
  const joined = readsOf(target).filter(({ resource }) => joinedResources.has(resource));
  const kinds = [...new Map([...promised, ...joined].map((read) => [`${read.group}/${read.kind}`, read])).values()];
  const before = await storeObjects(client, kinds);
  const series = await scrapeSeries(context);
  const inventory = takeInventory(before, await storeObjects(client, kinds));
  return { joined: examineJoins(context, inventory, series.counts), ...examinePromised(context, inventory, series) };
}

/** What remains of a scrape of every process of the exporter, however large it is. */
interface ScrapedSeries {
  readonly families: ReadonlyMap<string, Header>;
  readonly withSamples: ReadonlySet<string>;
  readonly counts: JoinCounts;
}

async function scrapeSeries(context: RequirementContext): Promise<ScrapedSeries> {
  const families = new Map<string, Header>();
  const withSamples = new Set<string>();
  const counts = new JoinCounts();
  for (const { exporter, pod } of await instancesOf(context)) {
    const { source, format } = await scrapeUnread(context.client, pod, exporter.target.ports.metrics.number);
    let current = '';
    const visitor: SeriesVisitor = {
      family: (name) => {
        current = name;
      },
      sample: (_digest, value, sample) => {
        withSamples.add(current);
        counts.add(current, value, sample);
      },
    };
    const scanned = await scanExposition(source, { format, visitor });
    for (const [name, { type }] of scanned.families) if (!families.has(name)) families.set(name, { name, type });
  }
  return { families, withSamples, counts };
}

/** The resources whose families are promised: those of the profile, or those that the release exposes by default. */
function promisedResources({ profile, target }: Pick<RequirementContext, 'profile' | 'target'>): readonly ExposedResource[] {
  return exposedResources(tables, target.version, parseExporterArguments(promisedArguments(profile)));
}

function examinePromised(
  context: RequirementContext,
  inventory: Inventory,
  { families, withSamples }: ScrapedSeries,
): Pick<Observation, 'groups' | 'headers'> {
  const { version, arguments: args } = context.target;
  // What an exporter of some namespaces does not read, it need not expose.
  const { namespaces, namespacesDenylist } = parseExporterArguments(args);
  const within = { ...(namespaces && { namespaces }), ...(namespacesDenylist && { namespacesDenylist }) };
  const row = contextOf(version, {});
  const groups: Group[] = [];
  const missing: string[] = [];
  let due = 0;
  for (const { table, rows } of promisedResources(context)) {
    const expected = new Set<string>();
    const objects = new Map<string, Pick<Observed, 'settled' | 'object'>>();
    for (const observed of eachObjectOf(table, inventory, version, within)) {
      const { object, settled } = observed;
      // Headers depend on the namespaces of the objects, of which there are fewer.
      objects.set(`${object.metadata.namespace} ${settled}`, observed);
      if (!settled || !(table.resource in documentedMetrics)) continue;
      for (const { name, samples } of rows) if (!expected.has(name) && samples(object, row).length > 0) expected.add(name);
    }
    if (expected.size > 0) {
      const actual = [...expected].filter((name) => withSamples.has(name));
      groups.push({ resource: table.resource, expected: [...expected], actual });
    }
    if (isHeaderDue(table, [...objects.values()], row) !== true) continue;
    due += rows.length;
    const unexposed = rows.filter((family) => familyOf(families, 'text', family)?.type === undefined);
    missing.push(...unexposed.map(({ name }) => `${name} has no header, and the cluster has ${table.resource}`));
  }
  return { groups, headers: { due, missing } };
}
