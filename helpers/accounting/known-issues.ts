import type { ExporterOptions } from '../catalogue/arguments.ts';
import { exposedResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { inRange, parseVersion } from '../version.ts';
import type { Difference } from './difference.ts';
import { objectName } from './inventory.ts';
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

/** The known issues of an exporter that some of these objects meet; crashes first. */
export function metKnownIssues(exporter: ExporterInCluster, objects: readonly KubernetesObject[]): readonly MetKnownIssue[] {
  const met = knownIssuesOfObjects(exporter).flatMap((issue): readonly MetKnownIssue[] => {
    const { kind, isMetBy } = issue.objects;
    const names = objects.filter((object) => object.kind === kind && isMetBy(object)).map(objectName);
    return names.length === 0 ? [] : [{ issue, names }];
  });
  const isCrash = ({ issue }: MetKnownIssue) => issue.objects.effect === 'crash';
  return [...met.filter(isCrash), ...met.filter((issue) => !isCrash(issue))];
}

const EXAMPLES = 5;

/** A sentence about the objects that meet a known issue, and what to do. */
export function writeMetKnownIssue({ issue: { id, note, advice, reference }, names }: MetKnownIssue): string {
  const more = names.length > EXAMPLES ? ` and ${names.length - EXAMPLES} more` : '';
  return `Known issue ${id} is met by ${names.slice(0, EXAMPLES).join(', ')}${more}: ${note} ${advice} (${reference})`;
}
