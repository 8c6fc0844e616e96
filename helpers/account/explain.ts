import { closeSync } from 'node:fs';
import { type Accounting, account, isAccounted } from '../accounting/account.ts';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import { allowlistWarnings, requireKnownRelease, unknownResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import { UsageError } from '../errors.ts';
import { formatByContent } from '../exposition/format.ts';
import type { Violation } from '../exposition/model.ts';
import { type ReadExposition, readExposition } from '../exposition/read.ts';
import { beginning, headOf, openSavedFile, streamSavedFile } from '../saved-file.ts';
import { parseVersion } from '../version.ts';
import type { AccountArguments } from './command-line.ts';
import { chooseExporter, kubernetesOf } from './exporter-pod.ts';
import { repeatsIn } from './repeats.ts';
import { readSavedObjects } from './saved-objects.ts';

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
  /** Sentences about arguments without effect. */
  readonly warnings: readonly string[];
  /** The violations of the format. A sample on such a line counts as not exposed. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
}

/**
 * Reads the files and accounts for the scrape.
 * @throws a UsageError when a file cannot be read, when it is not clear which exporter is meant, or when there was nothing to account
 * for: no object, no sample, or none that stood still.
 */
export async function explain(given: AccountArguments): Promise<Explained> {
  const [before = [], after] = await Promise.all(given.objects.map((path) => readSavedObjects(path, given.maxBytes)));
  const chosen = chooseExporter(after ?? before, given);
  const options = parseExporterArguments(chosen.args);
  const version = parseVersion(chosen.version);
  requireKnownRelease(version);
  const [unknown] = unknownResources(tables, version, options);
  if (unknown !== undefined) throw new UsageError(`No table knows the resource "${unknown}" of exporter ${chosen.version}.`);
  const kubernetes = given.kubernetes ?? kubernetesOf(after ?? before);
  const { exposition, violations, violationCount } = await readSavedExposition(given.metrics, given.maxBytes);
  const accounting = account({
    exposition,
    objects: before,
    exporter: chosen.version,
    options,
    ...(after && { after }),
    ...(kubernetes !== undefined && { kubernetes }),
  });
  if (accounting.explained === 0 && isAccounted(accounting)) {
    const why =
      accounting.unsettled.length > 0
        ? 'every object of its samples changed between the two readings'
        : 'no object explains any of its samples';
    throw new UsageError(
      `Of ${given.metrics} nothing can be judged, which proves nothing: ${why}. Save the objects and the scrape again.`,
    );
  }
  return {
    accounting,
    exporter: chosen.version,
    kubernetes,
    ...repeatsIn(exposition, violations, { exporter: chosen.version, kubernetes }),
    warnings: allowlistWarnings(tables, version, options),
    violations,
    violationCount,
  };
}

/** Whether every sample is accounted for and every series is exposed once; known issues are accepted. */
export function isCorrect({ accounting, repeated }: Pick<Explained, 'accounting' | 'repeated'>): boolean {
  return isAccounted(accounting) && repeated.length === 0;
}

/**
 * Reads a saved scrape, which does not have its content type.
 * @throws a UsageError when the file cannot be read or has no sample
 */
export async function readSavedExposition(path: string, maxBytes: number): Promise<ReadExposition> {
  const file = await openSavedFile(path, { maxBytes });
  try {
    const read = await readExposition(streamSavedFile(file, path, maxBytes), { format: formatByContent(file) });
    if (read.exposition.samples > 0) return read;
    if (headOf(file).includes('\r\n'))
      throw new UsageError(`${path} has CRLF line endings: save it with line feeds, as the exporter returned it.`);
    throw new UsageError(
      `${path} holds no sample, and accounting for nothing proves nothing: expected what the exporter's /metrics returns; it begins with ${beginning(headOf(file).toString('utf8'))}.`,
    );
  } finally {
    closeSync(file);
  }
}
