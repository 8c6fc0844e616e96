import { combineAccountings } from '../../helpers/accounting/account.ts';
import { describe } from '../../helpers/accounting/describe.ts';
import { type Difference, isHeader } from '../../helpers/accounting/difference.ts';
import type { ExpectedCounts } from '../../helpers/accounting/expected.ts';
import { objectName } from '../../helpers/accounting/inventory.ts';
import { accountLive, type LiveAccounting } from '../../helpers/accounting/live.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { freshnessBound, type Instance } from '../../helpers/exporter/installed.ts';
import { readsOf } from '../../helpers/exporter/reads.ts';
import { type SeriesVisitor, scanExposition } from '../../helpers/exposition/read.ts';
import { NotApplicable, RequirementFailure, verifyNone } from '../../helpers/failure.ts';
import type { KubeClient, Query } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { withoutPayload } from '../../helpers/kube/object.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { runLabel } from '../../helpers/kube/run-label.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { memoizePerContext } from '../../helpers/suite/context.ts';
import { fixtureContext, unsettledFixtures } from '../../helpers/suite/fixtures.ts';
import { inTurn, listableKinds, storeObjects } from '../../helpers/suite/read-objects.ts';
import { instancesOf, scrapeUnread } from '../../helpers/suite/scrape.ts';
import { formatVersion } from '../../helpers/version.ts';
import { seconds } from '../../helpers/wait.ts';

/** How long to wait for objects that keep changing, in milliseconds. */
const stabilityBudget = seconds(30);

/** The names of the fixtures of the run that did not reach their states. */
export const unsettledFixturesOfRun = memoizePerContext(({ client, run }: RequirementContext) => unsettledFixtures(client, run));

/** The accounting of one of the processes that share the objects. */
interface InstanceAccounting extends LiveAccounting {
  /** What its lines begin with: nothing where there is one process. */
  readonly prefix: string;
  /** In an audit, the objects that changed between every two reads: nothing can be changed for them to be compared, and they are no finding. */
  readonly notCompared: readonly string[];
}

/**
 * The accounting of the run, of each process of the exporter, which all groups share; it begins when the fixtures are in their states, or
 * will not reach them.
 */
export const accountingsOfRun = memoizePerContext(accountForExporter);

async function accountForExporter(context: RequirementContext): Promise<readonly InstanceAccounting[]> {
  const instances = await instancesOf(context);
  await unsettledFixturesOfRun(context);
  return Promise.all(
    instances.map(async (instance) => {
      const accounting = await inTurn(context.run, () => accountForInstance(context, instance));
      const { neverStable } = accounting;
      const judged = context.run.audit ? { neverStable: [], notCompared: neverStable } : { neverStable, notCompared: [] };
      return { ...accounting, ...judged, prefix: instances.length === 1 ? '' : `${instance.name}: ` };
    }),
  );
}

function accountForInstance({ client, run }: RequirementContext, { exporter, pod, options }: Instance): Promise<LiveAccounting> {
  const { target } = exporter;
  return accountLive({
    exporter: formatVersion(target.version),
    options,
    kubernetes: run.kubernetes,
    readObjects: () => storeObjects(client, listableKinds(readsOf(target, client.mapper), run), options),
    scrape: () => scrapeUnread(client, pod, target.ports.metrics.number),
    freshness: freshnessBound,
    within: stabilityBudget,
    pollInterval: 500,
  });
}

/**
 * Verifies one resource by the accounting of the run: it has no difference, and no object that never was stable.
 * @throws RequirementFailure with the differences, a line each, or when no object has a sample to expose
 */
export async function verifyGroup(context: RequirementContext, resource: string, kind: string): Promise<void> {
  const accountings = await accountingsOfRun(context);
  const { isSubject, objects, samples, families } = context.run.audit
    ? { ...comparedObjects(accountings, resource), isSubject: (name: string) => name.startsWith(`${kind} `) }
    : await expectedSamples(context, resource, kind);
  if (samples === 0) throw new RequirementFailure(`objects of ${resource} with samples`, `${objects} object(s) without any`);
  const notCompared = accountings.flatMap((accounting) => accounting.notCompared.filter((name) => isSubject(name)));
  if (notCompared.length >= objects) {
    throw new NotApplicable(`Every ${kind} changed between every two reads, so that none could be compared: ${notCompared[0]}.`);
  }
  verifyNone(
    accountings.flatMap((accounting) => linesOf(accounting, (judged) => judged === resource, isSubject)),
    `every sample of ${resource} explained by an object, and all samples of every object with their values`,
  );
  const changing = notCompared.length === 0 ? '' : `; ${notCompared.length} objects changed between every two reads`;
  context.observed(`${samples} samples of ${objects} objects in ${families.size} families${changing}`);
}

/** What was expected of all objects of a resource: without fixtures, they need not be listed again. */
function comparedObjects(accountings: readonly InstanceAccounting[], resource: string): ExpectedCounts {
  const none: ExpectedCounts = { objects: 0, samples: 0, families: new Set() };
  return combineAccountings(accountings).resources.get(resource) ?? none;
}

/** The differences of one process in resources, a line each. */
export function linesOf(
  accounting: InstanceAccounting,
  isJudged: (resource: string | undefined) => boolean,
  isSubject: (name: string) => boolean,
): readonly string[] {
  const differences = accounting.differences.filter(
    (difference) => isJudged(difference.resource) && !belongsToAnotherRequirement(difference),
  );
  const lines = [
    ...describe({ differences }, { limit: 40 }),
    ...knownIssueLines(accounting, isJudged),
    ...accounting.neverStable
      .filter((name) => isSubject(name))
      .map((name) => `${name} changed between every two reads, so that it could not be compared`),
  ];
  return lines.map((line) => `${accounting.prefix}${line}`);
}

/** Duplicate series and families without TYPE have requirements of their own. */
function belongsToAnotherRequirement(difference: Difference): boolean {
  return isHeader(difference) ? difference.untyped === true : difference.duplicate === true;
}

/** The missing samples that a known issue explains: the requirement fails with them, and the report marks the failure as known. */
function knownIssueLines({ known }: LiveAccounting, isJudged: (resource: string) => boolean): readonly string[] {
  const families = new Set(
    tables.filter(({ resource }) => isJudged(resource)).flatMap((table) => table.families.map(({ name }) => name)),
  );
  return known.filter((sample) => families.has(sample.split(/[{ ]/)[0] ?? '')).map((sample) => `${sample}: missing`);
}

/** What objects of a kind have to expose, according to the catalogue. */
interface ExpectedSamples extends ExpectedCounts {
  /** Whether an object is one of them, by its name: `Pod default/web-0`. */
  readonly isSubject: (name: string) => boolean;
}

/**
 * Of the fixtures of a kind, or of all objects of the cluster if it has no fixture, such as nodes on an existing cluster. Objects in the
 * namespaces of other areas are excluded, as they are created and deleted meanwhile.
 */
async function expectedSamples(context: RequirementContext, resource: string, kind: string): Promise<ExpectedSamples> {
  const { client, run } = context;
  const served = client.mapper.resources.find(
    (candidate) => candidate.kind === kind && candidate.subresource === undefined && candidate.verbs.includes('list'),
  );
  if (!served) return { isSubject: () => false, objects: 0, samples: 0, families: new Set() };
  const collection = { apiVersion: served.apiVersion, kind };
  const namespacesOfFixtures = [undefined, fixtureContext(run).namespace];
  const fixtures = await countSamples(context, resource, collection, { labelSelector: `${runLabel}=${run.id}` }, ({ metadata }) =>
    namespacesOfFixtures.includes(metadata.namespace),
  );
  return fixtures.objects > 0 ? fixtures : countSamples(context, resource, collection);
}

/** Counts the samples page by page, as a cluster may have a hundred thousand objects. */
async function countSamples(
  { client, target }: RequirementContext,
  resource: string,
  collection: { readonly apiVersion: string; readonly kind: string },
  query: Query = {},
  isCounted: (object: KubernetesObject) => boolean = () => true,
): Promise<ExpectedSamples> {
  const options = parseExporterArguments(target.arguments);
  const rows = exposedResources(tables, target.version, options).find(({ table }) => table.resource === resource)?.rows ?? [];
  const context = contextOf(target.version, options);
  const [names, families] = [new Set<string>(), new Set<string>()];
  let samples = 0;
  const take = (object: KubernetesObject) => {
    if (!isCounted(object)) return;
    names.add(objectName(object));
    for (const row of rows) {
      const count = row.samples(object, context).length;
      samples += count;
      if (count > 0) families.add(row.name);
    }
  };
  const restart = () => {
    names.clear();
    families.clear();
    samples = 0;
  };
  await client.eachOf(collection, { take, restart }, query);
  return { isSubject: (name) => names.has(name), objects: names.size, samples, families };
}

/** Verifies that every sample belongs to a resource of the catalogue. */
export async function verifyNothingElse(context: RequirementContext): Promise<void> {
  const lines = (await accountingsOfRun(context)).flatMap(({ differences, prefix }) =>
    describe({ differences: differences.filter(({ resource }) => resource === undefined) }, { limit: 40 }).map(
      (line) => `${prefix}${line}`,
    ),
  );
  verifyNone(lines, 'no sample without a resource');
}

/** Counts the ConfigMaps that are older than the exporter's process, and names those of them without a sample. */
export async function configMapsFromBeforeTheStart(
  context: RequirementContext,
): Promise<{ readonly older: number; readonly missing: readonly string[] }> {
  const { client } = context;
  const instances = await instancesOf(context);
  // With several processes, what is older than all of them.
  const started = Math.min(...instances.map(({ pod }) => startOf(pod)));
  const configMaps = await client.list<KubernetesObject>({ apiVersion: 'v1', kind: 'ConfigMap' }, {}, withoutPayload);
  // Both times are in whole seconds; an object of the same second must have a sample in any case.
  const older = configMaps.filter(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') <= started);
  const exposed = new Set(
    (await Promise.all(instances.map((instance) => inTurn(context.run, () => exposedConfigMaps(client, instance))))).flatMap(
      (names) => [...names],
    ),
  );
  const names = older.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return { older: older.length, missing: names.filter((name) => !exposed.has(name)).map((name) => `ConfigMap ${name}`) };
}

/** The ConfigMaps with a sample of their own: `default/settings`. */
async function exposedConfigMaps(client: KubeClient, { exporter, pod }: Instance): Promise<ReadonlySet<string>> {
  const { source, format } = await scrapeUnread(client, pod, exporter.target.ports.metrics.number);
  const exposed = new Set<string>();
  let isInfo = false;
  const visitor: SeriesVisitor = {
    family: (name) => {
      isInfo = name === 'kube_configmap_info';
    },
    sample: (_digest, _value, sample) => {
      if (!isInfo) return;
      const { namespace, configmap } = sample().labels;
      exposed.add(`${namespace}/${configmap}`);
    },
  };
  await scanExposition(source, { format, visitor });
  return exposed;
}

/** The start of a pod's first container, in milliseconds since 1970. */
function startOf(pod: Pod): number {
  return Date.parse(pod.status?.containerStatuses?.[0]?.state?.running?.startedAt ?? '');
}
