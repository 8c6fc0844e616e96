import type { Exposition } from '../exposition/model.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { formatVersion, parseVersion } from '../version.ts';
import { type AccountingDeviation, deviationOf, deviationsFor } from './deviations.ts';
import { type Difference, writeDifference } from './difference.ts';
import { type Examined, examine } from './examine.ts';
import { exposedResources } from './exposed.ts';
import { takeInventory } from './inventory.ts';
import type { ExporterOptions } from './options.ts';
import { tables } from './resources/index.ts';
import { writeSample } from './series.ts';
import { contextOf, type ResourceTable } from './table.ts';

export interface AccountRequest {
  readonly exposition: Exposition;
  /** Objects of all kinds as the API has them; those of kinds that the exporter does not read are passed over. */
  readonly objects: readonly KubernetesObject[];
  /** The same cluster read again after the scrape: what changed in between is unsettled. */
  readonly after?: readonly KubernetesObject[];
  /** What was there shortly before both readings, so that the exporter may still tell of it. */
  readonly departed?: readonly KubernetesObject[];
  /** The exporter's release: `v2.5.0`. */
  readonly exporter: string;
  readonly options?: ExporterOptions;
  /** The cluster's release, `v1.34.1`: which deviations are declared depends on it; without it none are. */
  readonly kubernetes?: string;
  /** Instead of all tables; for tests. */
  readonly tables?: readonly ResourceTable[];
}

/** What became of every sample. The lists hold lines as the exposition writes them: `kube_pod_info{namespace="a",pod="b"} 1`. */
export interface Accounting {
  /** How many samples the exposition has, and how many of them an object explains, value included. */
  readonly samples: number;
  readonly explained: number;
  /** What an object must have and the exposition has not. */
  readonly missing: readonly string[];
  /** What the exposition has and no object explains; a series that is there once too often as well. */
  readonly unexplained: readonly string[];
  /** What has another value, or a family another type, than the object says. */
  readonly unequal: readonly string[];
  /** Differences that a declared deviation explains. */
  readonly deviates: readonly string[];
  /** Samples of objects that changed while the exposition was read. */
  readonly unsettled: readonly string[];
  /** Behind `missing`, `unexplained` and `unequal`: what `describe` tells. */
  readonly differences: readonly Difference[];
  /** The deviations declared for these versions and resources, and how many differences each explains: 0 when it did not occur. */
  readonly deviations: readonly { readonly deviation: AccountingDeviation; readonly differences: number }[];
  /** How many objects the exposition was held against, and which were not still. */
  readonly judged: number;
  readonly unsettledObjects: readonly string[];
}

/**
 * Explains an exposition by a cluster's objects: every sample by an object, every object's samples, every value.
 * @throws an Error when a version cannot be read, or when a table cannot tell a family from an object, naming both.
 */
export function account(request: AccountRequest): Accounting {
  return summarise(examineRequest(request), request.exporter, request.kubernetes);
}

/** The examination behind `account`, before deviations are told from other differences. */
export function examineRequest(request: AccountRequest): Examined {
  const options = request.options ?? {};
  const exporter = parseVersion(request.exporter);
  const context = contextOf(exporter, options);
  const resources = exposedResources(request.tables ?? tables, exporter, options);
  return examine(request.exposition, takeInventory(request.objects, request.after, request.departed), resources, context);
}

/** Tells the differences that deviations explain from the others, and writes them all. */
export function summarise(examined: Examined, exporter: string, kubernetes: string | undefined): Accounting {
  const declared = deviationsFor(formatVersion(parseVersion(exporter)), kubernetes).filter(({ resources }) =>
    resources.some((resource) => examined.resources.has(resource)),
  );
  const counts = new Map(declared.map((deviation) => [deviation, 0]));
  const deviates: string[] = [];
  const differences: Difference[] = [];
  for (const difference of examined.differences) {
    const deviation = deviationOf(difference, declared);
    if (!deviation) {
      differences.push(difference);
      continue;
    }
    counts.set(deviation, (counts.get(deviation) ?? 0) + 1);
    deviates.push(writeDifference(difference));
  }
  const written = (what: Difference['what']) => differences.filter((each) => each.what === what).map(writeDifference);
  return {
    samples: examined.samples,
    explained: examined.explained,
    missing: written('missing'),
    unexplained: written('unexplained'),
    unequal: written('unequal'),
    deviates,
    unsettled: examined.unsettled.map(({ family, labels, value }) => writeSample(family, labels, value)),
    differences,
    deviations: [...counts].map(([deviation, differences]) => ({ deviation, differences })),
    judged: examined.judged.size,
    unsettledObjects: [...examined.unsettledObjects],
  };
}

/** Whether nothing is missing, unexplained or unequal. */
export function isAccounted(accounting: Accounting): boolean {
  return accounting.differences.length === 0;
}
