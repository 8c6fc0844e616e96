import type { ExporterOptions } from '../catalogue/arguments.ts';
import { exposedResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import type { Reads } from '../catalogue/table.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { groupAndKind, ObjectStore } from '../kube/object-store.ts';
import { inRange, parseVersion } from '../version.ts';
import type { Difference } from './difference.ts';
import { isInNamespaces, objectName } from './inventory.ts';
import type { AffectedObjects, KnownIssue } from './known-issue.ts';
import { knownIssues } from './known-issue-table.ts';

/** A known issue by which nothing of some resources is exposed. */
export interface AccountingKnownIssue extends Pick<KnownIssue, 'id' | 'note' | 'exporter' | 'kubernetes'> {
  /** The affected resources, as in `--resources`. */
  readonly resources: readonly string[];
  readonly what: Difference['what'];
}

const accountingKnownIssues = knownIssues.flatMap(({ unserved, ...issue }): readonly AccountingKnownIssue[] =>
  unserved === undefined ? [] : [{ ...issue, resources: unserved, what: 'missing' }],
);

/** The known issues of a release of the exporter, `v2.5.0`, on a release of Kubernetes, `v1.34.1`. */
export function knownIssuesFor(exporter: string, kubernetes: string | undefined): readonly AccountingKnownIssue[] {
  if (kubernetes === undefined) return [];
  return accountingKnownIssues.filter((issue) => inRange(exporter, issue.exporter) && inRange(kubernetes, issue.kubernetes));
}

/** The known issue that explains a difference; undefined if there is none. */
export function knownIssueOf(
  difference: Difference,
  declared: readonly AccountingKnownIssue[],
): AccountingKnownIssue | undefined {
  const { resource, what } = difference;
  if (resource === undefined) return undefined;
  return declared.find((issue) => issue.what === what && issue.resources.includes(resource));
}

/** A known issue that depends on objects. */
export interface KnownIssueOfObjects extends KnownIssue {
  readonly objects: AffectedObjects;
}

/** An exporter in a cluster. */
export interface ExporterInCluster {
  /** `v2.19.0` */
  readonly exporter: string;
  /** `v1.34.1`; undefined if it is not known: only issues of every release then apply. */
  readonly kubernetes: string | undefined;
  /** The exporter's own arguments. */
  readonly options: ExporterOptions;
}

/** The known issues that objects may meet in an exporter: in its range, of a resource that it reads and is served. */
export function knownIssuesOfObjects({ exporter, kubernetes, options }: ExporterInCluster): readonly KnownIssueOfObjects[] {
  const read = exposedResources(tables, parseVersion(exporter), options).map(({ table }) => table.resource);
  const unserved = knownIssuesFor(exporter, kubernetes).flatMap(({ resources }) => resources);
  return knownIssues.filter(
    (issue): issue is KnownIssueOfObjects =>
      issue.objects !== undefined &&
      inRange(exporter, issue.exporter) &&
      (issue.kubernetes === '*' || (kubernetes !== undefined && inRange(kubernetes, issue.kubernetes))) &&
      read.includes(issue.objects.resource) &&
      !unserved.includes(issue.objects.resource),
  );
}

/** A known issue, and the objects that meet it. */
export interface MetKnownIssue {
  readonly issue: KnownIssueOfObjects;
  /** `CronJob shop/nightly`; at least one. */
  readonly names: readonly string[];
}

/** The known issues of an exporter that some of these objects meet; crashes first. Only the kinds that matter are unpacked. */
export function metKnownIssues(exporter: ExporterInCluster, objects: Iterable<KubernetesObject>): readonly MetKnownIssue[] {
  const version = parseVersion(exporter.exporter);
  const store = ObjectStore.of(objects);
  const candidates = knownIssuesOfObjects(exporter).map((issue) => ({ issue, names: [] as string[] }));
  const resources = new Set(candidates.map(({ issue }) => issue.objects.resource));
  for (const table of tables.filter(({ resource }) => resources.has(resource))) {
    const { apiVersion, kind } = table.reads(version);
    for (const object of store.ofKind(groupAndKind(apiVersion, kind)))
      if (isInNamespaces(table, object.metadata.namespace, version, exporter.options)) addNames(candidates, object);
  }
  return crashesFirst(candidates.filter(({ names }) => names.length > 0));
}

function addNames(
  candidates: readonly { readonly issue: KnownIssueOfObjects; readonly names: string[] }[],
  object: KubernetesObject,
): void {
  for (const { issue, names } of candidates) {
    if (issue.objects.kind === object.kind && issue.objects.isMetBy(object)) names.push(objectName(object));
  }
}

/** What objects of a cluster meet, and a sentence for each kind that the caller may not list. */
export interface MetInCluster {
  readonly met: readonly MetKnownIssue[];
  readonly unread: readonly string[];
}

/**
 * The known issues of an exporter that objects of a cluster meet. It only reads, the kinds that matter.
 * @param client of the cluster, with what it serves
 */
export async function knownIssuesMetIn(client: KubeClient, exporter: ExporterInCluster): Promise<MetInCluster> {
  const issues = knownIssuesOfObjects(exporter);
  const version = parseVersion(exporter.exporter);
  const read = exposedResources(tables, version, exporter.options).filter(({ table }) =>
    issues.some(({ objects }) => objects.resource === table.resource),
  );
  const found = await Promise.all(
    read.map(({ table }) =>
      knownIssuesMetOf(client, table.reads(version), issues, ({ metadata }) =>
        isInNamespaces(table, metadata.namespace, version, exporter.options),
      ),
    ),
  );
  return { met: crashesFirst(found.flatMap(({ met }) => met)), unread: found.flatMap(({ unread }) => unread) };
}

/** The sentences of `knownIssuesMetIn`. */
export function writeMetInCluster({ met, unread }: MetInCluster): readonly string[] {
  return [...met.map(writeMetKnownIssue), ...unread];
}

/** Of each object no more is kept than its name. */
async function knownIssuesMetOf(
  client: KubeClient,
  reads: Reads,
  issues: readonly KnownIssueOfObjects[],
  isRead: (object: KubernetesObject) => boolean,
): Promise<MetInCluster> {
  const { apiVersion, kind } = reads;
  if (!client.mapper.serves(apiVersion, kind)) return { met: [], unread: [] };
  const candidates = issues.filter(({ objects }) => objects.kind === kind).map((issue) => ({ issue, names: [] as string[] }));
  try {
    await client.eachOf<KubernetesObject>(reads, {
      take: (object) => {
        if (isRead(object)) addNames(candidates, object);
      },
      restart: () => {
        for (const { names } of candidates) names.splice(0);
      },
    });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 403)) throw error;
    const ids = candidates.map(({ issue }) => issue.id).join(', ');
    return { met: [], unread: [`Whether a ${kind} meets a known issue (${ids}) was not examined: you may not list them.`] };
  }
  return { met: candidates.filter(({ names }) => names.length > 0), unread: [] };
}

function crashesFirst(met: readonly MetKnownIssue[]): readonly MetKnownIssue[] {
  return [...met.filter(isCrash), ...met.filter((issue) => !isCrash(issue))];
}

/** Those of the known issues that end the exporter, in some images at least, and that another release in the same cluster does not have. */
export function newEnds(met: readonly MetKnownIssue[], old: ExporterInCluster): readonly MetKnownIssue[] {
  const ofOld = new Set(knownIssuesOfObjects(old).map(({ id }) => id));
  return met.filter((each) => isCrash(each) && !ofOld.has(each.issue.id));
}

function isCrash({ issue }: MetKnownIssue): boolean {
  return issue.objects.effect.startsWith('crash');
}

const EXAMPLES = 5;

/** A sentence about the objects that meet a known issue, and what to do. */
export function writeMetKnownIssue(met: MetKnownIssue): string {
  return `${writeMet(met)} ${met.issue.advice} (${met.issue.reference})`;
}

/** The same without what to do, for a report that has the advice in a place of its own. */
export function writeMetWithoutAdvice(met: MetKnownIssue): string {
  return `${writeMet(met)} (${met.issue.reference})`;
}

function writeMet({ issue: { id, note }, names }: MetKnownIssue): string {
  const more = names.length > EXAMPLES ? ` and ${names.length - EXAMPLES} more` : '';
  return `Known issue ${id} is met by ${names.slice(0, EXAMPLES).join(', ')}${more}: ${note}`;
}
