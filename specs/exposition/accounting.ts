import { describe } from '../../helpers/accounting/describe.ts';
import { type Difference, isHeader } from '../../helpers/accounting/difference.ts';
import { accountLive, type LiveAccounting } from '../../helpers/accounting/live.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { readsOf } from '../../helpers/exporter/reads.ts';
import { RequirementFailure, verifyNone } from '../../helpers/failure.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { withoutPayload } from '../../helpers/kube/object.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { runLabel } from '../../helpers/kube/run-label.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { memoizePerContext } from '../../helpers/suite/context.ts';
import { fixtureContext, unsettledFixtures } from '../../helpers/suite/fixtures.ts';
import { listableKinds, storeObjects } from '../../helpers/suite/read-objects.ts';
import { packScrape, scrapeExporter, scrapeUnread } from '../../helpers/suite/scrape.ts';
import { formatVersion } from '../../helpers/version.ts';
import { seconds } from '../../helpers/wait.ts';

/** How long to wait for objects that keep changing, in milliseconds. */
const stabilityBudget = seconds(30);

/** The names of the fixtures of the run that did not reach their states. */
export const unsettledFixturesOfRun = memoizePerContext(({ client, run }: RequirementContext) => unsettledFixtures(client, run));

/** The accounting of the run, which all groups share; it begins when the fixtures are in their states, or will not reach them. */
export const accountingOfRun = memoizePerContext(accountForExporter);

async function accountForExporter(context: RequirementContext): Promise<LiveAccounting> {
  const { client, run, target, exporter } = context;
  const pod = await exporter.pod();
  await unsettledFixturesOfRun(context);
  const options = parseExporterArguments(target.arguments);
  return accountLive({
    exporter: formatVersion(target.version),
    options,
    kubernetes: run.kubernetes,
    readObjects: () => storeObjects(client, listableKinds(readsOf(target), run), options),
    scrape: async () => packScrape(await scrapeUnread(client, pod, target.ports.metrics.number)),
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
  const accounting = await accountingOfRun(context);
  const objects = await objectsToExpose(context, kind);
  const expected = expectedSamples(context, resource, objects);
  if (expected.samples === 0) {
    throw new RequirementFailure(`objects of ${resource} with samples`, `${objects.length} object(s) without any`);
  }
  const differences = accounting.differences.filter(
    (difference) => difference.resource === resource && !belongsToAnotherRequirement(difference),
  );
  const names = new Set(
    objects.map(({ metadata }) => `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`),
  );
  verifyNone(
    [
      ...describe({ differences }, { limit: 40 }),
      ...knownIssueLines(accounting, resource),
      ...accounting.neverStable
        .filter((name) => names.has(name))
        .map((name) => `${name} changed between every two reads, so that it could not be compared`),
    ],
    `every sample of ${resource} explained by an object, and all samples of every object with their values`,
  );
  context.observed(`${expected.samples} samples of ${objects.length} objects in ${expected.families} families`);
}

/** Duplicate series and families without TYPE have requirements of their own. */
function belongsToAnotherRequirement(difference: Difference): boolean {
  return isHeader(difference) ? difference.untyped === true : difference.duplicate === true;
}

/** The missing samples that a known issue explains: the requirement fails with them, and the report marks the failure as known. */
function knownIssueLines({ known }: LiveAccounting, resource: string): readonly string[] {
  const families = new Set(tables.find((table) => table.resource === resource)?.families.map(({ name }) => name));
  return known.filter((sample) => families.has(sample.split(/[{ ]/)[0] ?? '')).map((sample) => `${sample}: missing`);
}

/**
 * The fixtures of a kind, or all objects of the cluster if it has no fixture, such as nodes on an existing cluster. Objects in the
 * namespaces of other areas are excluded, as they are created and deleted meanwhile.
 */
async function objectsToExpose({ client, run }: RequirementContext, kind: string): Promise<readonly KubernetesObject[]> {
  const served = client.mapper.resources.find(
    (resource) => resource.kind === kind && resource.subresource === undefined && resource.verbs.includes('list'),
  );
  if (!served) return [];
  const collection = { apiVersion: served.apiVersion, kind };
  const namespacesOfFixtures = [undefined, fixtureContext(run).namespace];
  const labelled = await client.list(collection, { labelSelector: `${runLabel}=${run.id}` }, withoutPayload);
  const fixtures = labelled.filter(({ metadata }) => namespacesOfFixtures.includes(metadata.namespace));
  return fixtures.length > 0 ? fixtures : client.list(collection, {}, withoutPayload);
}

/** The number of samples of the objects according to the catalogue, and of the families with a sample. */
function expectedSamples(
  { target }: RequirementContext,
  resource: string,
  objects: readonly KubernetesObject[],
): { samples: number; families: number } {
  const options = parseExporterArguments(target.arguments);
  const rows = exposedResources(tables, target.version, options).find(({ table }) => table.resource === resource)?.rows ?? [];
  const context = contextOf(target.version, options);
  const counts = rows.map((row) => objects.reduce((sum, object) => sum + row.samples(object, context).length, 0));
  return { samples: counts.reduce((sum, count) => sum + count, 0), families: counts.filter((count) => count > 0).length };
}

/** Verifies that every sample belongs to a resource of the catalogue. */
export async function verifyNothingElse(context: RequirementContext): Promise<void> {
  const accounting = await accountingOfRun(context);
  const differences = accounting.differences.filter(({ resource }) => resource === undefined);
  verifyNone(describe({ differences }, { limit: 40 }), 'no sample without a resource');
}

/** Counts the ConfigMaps that are older than the exporter's process, and names those of them without a sample. */
export async function configMapsFromBeforeTheStart(
  context: RequirementContext,
): Promise<{ readonly older: number; readonly missing: readonly string[] }> {
  const { client, exporter } = context;
  const started = startOf(await exporter.pod());
  const configMaps = await client.list<KubernetesObject>({ apiVersion: 'v1', kind: 'ConfigMap' }, {}, withoutPayload);
  // Both times are in whole seconds; an object of the same second must have a sample in any case.
  const older = configMaps.filter(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') <= started);
  const { exposition } = await scrapeExporter(context);
  const exposed = new Set(
    exposition.families.get('kube_configmap_info')?.samples.map(({ labels }) => `${labels.namespace}/${labels.configmap}`),
  );
  const names = older.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return { older: older.length, missing: names.filter((name) => !exposed.has(name)).map((name) => `ConfigMap ${name}`) };
}

/** The start of a pod's first container, in milliseconds since 1970. */
function startOf(pod: Pod): number {
  return Date.parse(pod.status?.containerStatuses?.[0]?.state?.running?.startedAt ?? '');
}
