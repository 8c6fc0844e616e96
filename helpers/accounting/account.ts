import type { ExporterOptions } from '../catalogue/arguments.ts';
import type { CustomResource } from '../catalogue/custom/config.ts';
import { customTables } from '../catalogue/custom/tables.ts';
import { type ExposedResource, exposedResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import { contextOf, type ResourceTable } from '../catalogue/table.ts';
import type { Format } from '../exposition/model.ts';
import { type ExpositionSource, type ScannedExposition, scanExposition } from '../exposition/read.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { formatVersion, parseVersion } from '../version.ts';
import { type Difference, writeDifference } from './difference.ts';
import { Examination, type Examined, type ExpositionInMemory } from './examine.ts';
import type { ExpectedCounts } from './expected.ts';
import { takeInventory } from './inventory.ts';
import { type AccountingKnownIssue, knownIssueOf, knownIssuesFor } from './known-issues.ts';
import { writeSample } from './series.ts';

export interface AccountRequest {
  readonly exposition: ExpositionInMemory;
  /** The cluster's objects; kinds that the exporter does not expose are ignored. */
  readonly objects: Iterable<KubernetesObject>;
  /** The objects after the scrape: an object that changed in between is unsettled. Undefined if nothing can have changed. */
  readonly after?: Iterable<KubernetesObject>;
  /** Objects deleted shortly before `objects` were read, which the exporter may still expose. */
  readonly deleted?: Iterable<KubernetesObject>;
  /** The exporter's release: `v2.5.0`. */
  readonly exporter: string;
  readonly options?: ExporterOptions;
  /** The cluster's release, `v1.34.1`, which the known issues depend on; without it none apply. */
  readonly kubernetes?: string;
  /** The names of the resources whose objects are in `objects`: samples of others are counted, and not judged. Default: all. */
  readonly saved?: ReadonlySet<string>;
  /** Default: all tables. */
  readonly tables?: readonly ResourceTable[];
}

/** The comparison of an exposition with objects. Lists have lines of the exposition: `kube_pod_info{namespace="a",pod="b"} 1`. */
export interface Accounting {
  /** The number of samples of the exposition. */
  readonly samples: number;
  /** The number of samples that an object is expected to have, with their values. */
  readonly explained: number;
  /** The number of samples of resources whose objects were not saved. */
  readonly notJudged: number;
  /** Expected samples and headers that are not exposed. */
  readonly missing: readonly string[];
  /** Exposed samples and headers that no object explains, including duplicate series. */
  readonly unexplained: readonly string[];
  /** Samples with another value than expected, and headers with another type. */
  readonly unequal: readonly string[];
  /** Differences explained by a known issue. */
  readonly known: readonly string[];
  /** Samples of objects that changed during the scrape. */
  readonly unsettled: readonly string[];
  /** The differences in `missing`, `unexplained` and `unequal`. */
  readonly differences: readonly Difference[];
  /** The known issues of these versions and resources, with the number of differences each explains: 0 if it did not occur. */
  readonly knownIssues: readonly { readonly issue: AccountingKnownIssue; readonly differences: number }[];
  /** The number of objects that were compared with the exposition. */
  readonly compared: number;
  /** The objects that changed during the scrape: `Pod default/web-0`. */
  readonly unsettledObjects: readonly string[];
  /** What is expected of each resource with objects. */
  readonly resources: ReadonlyMap<string, ExpectedCounts>;
}

/**
 * Compares an exposition with the samples that the tables expect of a cluster's objects.
 * @throws an Error if a version is invalid, or if a table's row fails for an object, with the names of both.
 */
export function account(request: AccountRequest): Accounting {
  return summarise(examineRequest(request), request.exporter, request.kubernetes);
}

/** A scrape that is compared while it is read, and not kept. */
export interface Scraped {
  readonly format: Format;
  readonly source: ExpositionSource;
}

/**
 * The same for a scrape that is compared while it is read: memory does not depend on its size. Objects that do not fit in memory are
 * given in an ObjectStore.
 * @returns also what the strict reader found
 * @throws also the errors of the source
 */
export async function accountForScrape(
  request: Omit<AccountRequest, 'exposition'>,
  scraped: Scraped,
): Promise<{ readonly accounting: Accounting; readonly scanned: ScannedExposition }> {
  const { examined, scanned } = await examineScrape(request, scraped);
  return { accounting: summarise(examined, request.exporter, request.kubernetes), scanned };
}

/** The comparison before known issues are separated from other differences. */
export function examineRequest(request: AccountRequest): Examined {
  return examinationOf(request, request.exposition.format).read(request.exposition);
}

/** The same for a scrape that is compared while it is read. */
export async function examineScrape(
  request: Omit<AccountRequest, 'exposition'>,
  { format, source }: Scraped,
): Promise<{ readonly examined: Examined; readonly scanned: ScannedExposition }> {
  const examination = examinationOf(request, format);
  const scanned = await scanExposition(source, { format, visitor: examination });
  return { examined: examination.end(scanned), scanned };
}

function examinationOf(request: Omit<AccountRequest, 'exposition'>, format: Format): Examination {
  const options = request.options ?? {};
  const exporter = parseVersion(request.exporter);
  const context = contextOf(exporter, options);
  const { resources: _, ...ofCustomResources } = options;
  const resources = [
    ...exposedResources(request.tables ?? tables, exporter, options),
    // --resources does not apply to custom resources.
    ...exposedResources(customTables(options, request.objects), exporter, ofCustomResources),
  ];
  const { saved } = request;
  const judged = saved ? resources.filter(({ table }) => namesOf(table).some((name) => saved.has(name))) : resources;
  const inventory = takeInventory(request.objects, request.after, request.deleted);
  const accepted = saved ? familiesOf(resources, options.customResources) : undefined;
  return new Examination(format, inventory, judged, context, accepted);
}

/** The names of a resource in `saved`: `pods`, and of a custom resource `foos`, `foos.acme.io` and `foos.acme.io/v1`. */
export function namesOf({ resource }: ResourceTable): readonly string[] {
  return [resource, resource.split('/')[0] ?? '', resource.split('.')[0] ?? ''];
}

/** The families of all resources, with those of custom resources that have no object and no definition. */
function familiesOf(resources: readonly ExposedResource[], customResources: readonly CustomResource[] = []): ReadonlySet<string> {
  const exposed = resources.flatMap(({ rows }) => rows.map(({ name }) => name));
  return new Set([...exposed, ...customResources.flatMap(({ families }) => families.map(({ name }) => name))]);
}

/** Separates the differences that known issues explain, and formats all. */
export function summarise(examined: Examined, exporter: string, kubernetes: string | undefined): Accounting {
  const declared = knownIssuesFor(formatVersion(parseVersion(exporter)), kubernetes).filter(({ resources }) =>
    resources.some((resource) => examined.resources.has(resource)),
  );
  const counts = new Map(declared.map((issue) => [issue, 0]));
  const known: string[] = [];
  const differences: Difference[] = [];
  for (const difference of examined.differences) {
    const issue = knownIssueOf(difference, declared);
    if (!issue) {
      differences.push(difference);
      continue;
    }
    counts.set(issue, (counts.get(issue) ?? 0) + 1);
    known.push(writeDifference(difference));
  }
  const linesOf = (what: Difference['what']) => differences.filter((difference) => difference.what === what).map(writeDifference);
  return {
    samples: examined.samples,
    explained: examined.explained,
    notJudged: examined.notJudged,
    missing: linesOf('missing'),
    unexplained: linesOf('unexplained'),
    unequal: linesOf('unequal'),
    known,
    unsettled: examined.unsettled.map(({ family, labels, value }) => writeSample(family, labels, value)),
    differences,
    knownIssues: [...counts].map(([issue, differences]) => ({ issue, differences })),
    compared: examined.compared.size,
    unsettledObjects: [...examined.unsettledObjects],
    resources: examined.resources,
  };
}

/** The sum of accountings that have no object in common: those of shards. */
export function combineAccountings(accountings: readonly Accounting[]): Accounting {
  const sum = (count: (accounting: Accounting) => number) =>
    accountings.reduce((total, accounting) => total + count(accounting), 0);
  const all = <Item>(items: (accounting: Accounting) => readonly Item[]) => accountings.flatMap(items);
  const issues = new Map<AccountingKnownIssue, number>();
  for (const { issue, differences } of all(({ knownIssues }) => knownIssues))
    issues.set(issue, (issues.get(issue) ?? 0) + differences);
  return {
    samples: sum(({ samples }) => samples),
    explained: sum(({ explained }) => explained),
    notJudged: sum(({ notJudged }) => notJudged),
    missing: all(({ missing }) => missing),
    unexplained: all(({ unexplained }) => unexplained),
    unequal: all(({ unequal }) => unequal),
    known: all(({ known }) => known),
    unsettled: all(({ unsettled }) => unsettled),
    differences: all(({ differences }) => differences),
    knownIssues: [...issues].map(([issue, differences]) => ({ issue, differences })),
    compared: sum(({ compared }) => compared),
    unsettledObjects: all(({ unsettledObjects }) => unsettledObjects),
    resources: sumOfCounts(all(({ resources }) => [...resources])),
  };
}

function sumOfCounts(counts: readonly (readonly [string, ExpectedCounts])[]): ReadonlyMap<string, ExpectedCounts> {
  const sums = new Map<string, ExpectedCounts>();
  for (const [resource, { objects, samples, families }] of counts) {
    const sum = sums.get(resource) ?? { objects: 0, samples: 0, families: new Set<string>() };
    sums.set(resource, {
      objects: sum.objects + objects,
      samples: sum.samples + samples,
      families: new Set([...sum.families, ...families]),
    });
  }
  return sums;
}

/** Whether nothing is missing, unexplained or unequal. */
export function isAccounted(accounting: Accounting): boolean {
  return accounting.differences.length === 0;
}
