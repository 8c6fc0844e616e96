import { closeSync } from 'node:fs';
import {
  type Accounting,
  type AccountRequest,
  accountForScrape,
  combineAccountings,
  isAccounted,
  type Scraped,
} from '../accounting/account.ts';
import type { KnownIssue } from '../accounting/known-issue.ts';
import { knownIssues } from '../accounting/known-issue-table.ts';
import { metKnownIssues, writeMetKnownIssue } from '../accounting/known-issues.ts';
import { writeSeries } from '../accounting/series.ts';
import { allowlistWarnings, requireKnownRelease, unknownResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import { UsageError } from '../errors.ts';
import { formatByContent, type Sample, type Violation } from '../exposition/model.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { ObjectStore } from '../kube/object-store.ts';
import { beginning, headOf, openSavedFile, streamSavedFile } from '../saved-file.ts';
import { inRange, parseVersion } from '../version.ts';
import type { AccountArguments } from './command-line.ts';
import { chooseExporter, isNotable, kubernetesOf, recordedExporter } from './exporter-pod.ts';
import { customResourceWarnings, optionsOf, type SavedShard, savedResources, shardsOf, withShardOfPod } from './options.ts';
import { storeSavedObjects } from './saved-objects.ts';

/** The accounting of a saved scrape. */
export interface Explained {
  readonly accounting: Accounting;
  /** The exporter's release: `v2.6.0`. */
  readonly exporter: string;
  /** The cluster's release, `v1.34.1`; undefined if it is unknown. */
  readonly kubernetes: string | undefined;
  /** The series that are exposed more than once and that no known issue explains, a line each. */
  readonly repeated: readonly string[];
  /** The known issues that explain other repeated series. */
  readonly knownRepeats: readonly string[];
  /** A sentence for each known issue of the release that some of the objects meet. */
  readonly metKnownIssues: readonly string[];
  /** Sentences about arguments without effect. */
  readonly warnings: readonly string[];
  /** The violations of the format. A sample on such a line counts as not exposed. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
  /** The accounting of each shard; empty without shards. */
  readonly shards: readonly Accounting[];
}

/**
 * Reads the files and accounts for the scrape.
 * @throws a UsageError when a file cannot be read, when it is not clear which exporter is meant, or when there was nothing to account
 * for: no object, no sample, or none that stood still.
 */
export async function explain(options: AccountArguments): Promise<Explained> {
  // What is set wins over what a capture has.
  const given = { ...recordedExporter(options.objects[0] ?? ''), ...options };
  const [before = noObjects, after] = await readStores(given);
  const last = after ?? before;
  const chosen = chooseExporter(last.notable, given, given.metrics.length);
  const version = parseVersion(chosen.version);
  requireKnownRelease(version);
  const exporterOptions = await optionsOf(
    { ...chosen, args: withShardOfPod(chosen.args, last.store) },
    version,
    given,
    last.store,
  );
  const [unknown] = unknownResources(tables, version, exporterOptions);
  if (unknown !== undefined) throw new UsageError(`No table knows the resource "${unknown}" of exporter ${chosen.version}.`);
  const releases = { exporter: chosen.version, kubernetes: given.kubernetes ?? kubernetesOf(last.notable) };
  const saved = savedResources(given.resourcesSaved, version, exporterOptions, before.store);
  const request = { objects: before.store, ...(after && { after: after.store }), ...(saved && { saved }) };
  const explained: ExplainedFile[] = [];
  // One after another, as each has the expected samples in memory.
  for (const shard of shardsOf(exporterOptions, given.metrics))
    explained.push(await explainFile(shard, request, releases, given.maxBytes));
  const result = explained.length === 1 && explained[0] ? explained[0] : combined(explained);
  if (result.accounting.explained === 0 && isAccounted(result.accounting)) {
    const why =
      result.accounting.unsettled.length > 0
        ? 'every object of its samples changed between the two readings'
        : 'no object explains any of its samples';
    throw new UsageError(
      `Of ${given.metrics.join(' and ')} nothing can be judged, which proves nothing: ${why}. Save the objects and the scrape again.`,
    );
  }
  return {
    ...result,
    ...releases,
    metKnownIssues: metKnownIssues({ ...releases, options: exporterOptions }, before.store).map(writeMetKnownIssue),
    warnings: [...allowlistWarnings(tables, version, exporterOptions), ...customResourceWarnings(exporterOptions)],
  };
}

/** The objects of a file, and those of them that describe the exporter and the cluster. */
interface SavedStore {
  readonly store: ObjectStore;
  readonly notable: readonly KubernetesObject[];
}

const noObjects: SavedStore = { store: new ObjectStore(), notable: [] };

async function readStores({ objects, maxBytes }: AccountArguments): Promise<readonly SavedStore[]> {
  const stores: SavedStore[] = [];
  for (const path of objects) {
    const notable: KubernetesObject[] = [];
    const keepNotable = (object: KubernetesObject) => void (isNotable(object) && notable.push(object));
    stores.push({ store: await storeSavedObjects(path, maxBytes, keepNotable), notable });
  }
  return stores;
}

/** One file's part of the result. */
type ExplainedFile = Omit<Explained, 'exporter' | 'kubernetes' | 'metKnownIssues' | 'warnings'>;

async function explainFile(
  { path, options }: SavedShard,
  request: Pick<AccountRequest, 'objects' | 'after' | 'saved'>,
  { exporter, kubernetes }: Pick<Explained, 'exporter' | 'kubernetes'>,
  maxBytes: number,
): Promise<ExplainedFile> {
  const { accounting, scanned } = await withSavedExposition(path, maxBytes, async (scraped) => {
    const result = await accountForScrape(
      { ...request, options, exporter, ...(kubernetes !== undefined && { kubernetes }) },
      scraped,
    );
    return { ...result, samples: result.scanned.samples };
  });
  const { repeated, violations, violationCount } = scanned;
  return {
    accounting,
    ...repeatsIn(repeated, { exporter, kubernetes }),
    violations,
    violationCount,
    shards: [],
  };
}

/** The result of all shards; an object belongs to one of them. */
function combined(explained: readonly ExplainedFile[]): ExplainedFile {
  return {
    accounting: combineAccountings(explained.map(({ accounting }) => accounting)),
    repeated: explained.flatMap(({ repeated }, shard) => repeated.map((series) => `${series} of shard ${shard}`)),
    knownRepeats: [...new Set(explained.flatMap(({ knownRepeats }) => knownRepeats))],
    violations: explained.flatMap(({ violations }, shard) =>
      violations.map((violation) => ({ ...violation, message: `${violation.message} (shard ${shard})` })),
    ),
    violationCount: explained.reduce((sum, { violationCount }) => sum + violationCount, 0),
    shards: explained.map(({ accounting }) => accounting),
  };
}

/** Whether every sample is accounted for and every series is exposed once; known issues are accepted. */
export function isCorrect({ accounting, repeated }: Pick<Explained, 'accounting' | 'repeated'>): boolean {
  return isAccounted(accounting) && repeated.length === 0;
}

/** A saved scrape, which does not have its content type, while its file is open. */
interface SavedScrape extends Scraped {
  readonly source: AsyncIterable<Uint8Array>;
}

/**
 * Opens a saved scrape and has it read.
 * @throws a UsageError when the file cannot be read or has no sample
 */
export async function withSavedExposition<Result extends { readonly samples: number }>(
  path: string,
  maxBytes: number,
  read: (scraped: SavedScrape) => Promise<Result>,
): Promise<Result> {
  const file = await openSavedFile(path, { maxBytes });
  try {
    const result = await read({ source: streamSavedFile(file, path, maxBytes), format: formatByContent(file) });
    if (result.samples > 0) return result;
    if (headOf(file).includes('\r\n'))
      throw new UsageError(`${path} has CRLF line endings: save it with line feeds, as the exporter returned it.`);
    throw new UsageError(
      `${path} holds no sample, and accounting for nothing proves nothing: expected what the exporter's /metrics returns; it begins with ${beginning(headOf(file).toString('utf8'))}.`,
    );
  } finally {
    closeSync(file);
  }
}

/** Repeated series, with and without a known issue. */
interface Repeats {
  /** `kube_pod_tolerations{…} in line 17` */
  readonly repeated: readonly string[];
  /** The notes of the known issues that explain the other ones. */
  readonly knownRepeats: readonly string[];
}

/**
 * The series that an exposition has more than once.
 * @param samples that repeat a series
 * @param releases of the exporter and, if it is known, of Kubernetes
 */
function repeatsIn(
  samples: readonly Sample[],
  releases: { readonly exporter: string; readonly kubernetes: string | undefined },
): Repeats {
  const issues = issuesOfRepeats(releases);
  const repeated: string[] = [];
  const knownRepeats = new Set<string>();
  for (const { name, labels, line } of samples) {
    const issue = issues.find(({ matches }) => matches?.test(name));
    if (issue) knownRepeats.add(issue.note);
    else repeated.push(`${writeSeries(name, labels)} in line ${line}`);
  }
  return { repeated, knownRepeats: [...knownRepeats] };
}

/** The known issues of the releases that repeat series; an issue of certain releases of Kubernetes needs a known one. */
function issuesOfRepeats({ exporter, kubernetes }: { exporter: string; kubernetes: string | undefined }): readonly KnownIssue[] {
  return knownIssues.filter(
    (issue) =>
      issue.objects?.effect === 'repeat' &&
      inRange(exporter, issue.exporter) &&
      (issue.kubernetes === '*' || (kubernetes !== undefined && inRange(kubernetes, issue.kubernetes))),
  );
}
