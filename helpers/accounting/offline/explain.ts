import { UsageError } from '../../errors.ts';
import type { Format, Violation } from '../../exposition/model.ts';
import { readExposition } from '../../exposition/read.ts';
import { parseVersion } from '../../version.ts';
import { type Accounting, account } from '../account.ts';
import { parseExporterArguments } from '../arguments.ts';
import { unknownResources } from '../exposed.ts';
import { tables } from '../resources/index.ts';
import type { AccountArguments } from './command-line.ts';
import { chooseExporter, kubernetesOf } from './exporter-pod.ts';
import { readSavedFile } from './saved-file.ts';
import { readSavedObjects } from './saved-objects.ts';

/** A saved scrape, explained, and by what. */
export interface Explained {
  readonly accounting: Accounting;
  readonly exporter: string;
  readonly kubernetes: string | undefined;
  /** What the format does not allow; what stands in such a line counts as not exposed. */
  readonly violations: readonly Violation[];
  readonly violationCount: number;
}

/**
 * Reads the files and accounts for the scrape.
 * @throws a UsageError when a file cannot be read, or when it is not clear which exporter is meant.
 */
export async function explain(given: AccountArguments): Promise<Explained> {
  const [before = [], after] = await Promise.all(given.objects.map(readSavedObjects));
  const bytes = await readSavedFile(given.metrics);
  const chosen = chooseExporter(after ?? before, given);
  const options = parseExporterArguments(chosen.args);
  const [unknown] = unknownResources(tables, parseVersion(chosen.version), options);
  if (unknown !== undefined) throw new UsageError(`No table knows the resource "${unknown}" of exporter ${chosen.version}.`);
  const kubernetes = given.kubernetes ?? kubernetesOf(after ?? before);
  const { exposition, violations, violationCount } = await readExposition(bytes, { format: formatOf(bytes) });
  const accounting = account({
    exposition,
    objects: before,
    exporter: chosen.version,
    options,
    ...(after && { after }),
    ...(kubernetes !== undefined && { kubernetes }),
  });
  return { accounting, exporter: chosen.version, kubernetes, violations, violationCount };
}

/** A saved scrape does not have its content type; only OpenMetrics ends in `# EOF`. */
function formatOf(bytes: Buffer): Format {
  return bytes.subarray(-16).toString('latin1').trimEnd().endsWith('# EOF') ? 'openmetrics' : 'text';
}
