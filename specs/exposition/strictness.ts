import type { ReceivedAnswer } from '../../helpers/exporter/exporter.ts';
import type { Instance } from '../../helpers/exporter/installed.ts';
import type { Rule } from '../../helpers/exposition/model.ts';
import { type ReadExposition, type ScannedExposition, scanExposition } from '../../helpers/exposition/read.ts';
import { compareReadersByPart, type ReaderComparison } from '../../helpers/exposition/second-reader.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { instancesOf, scrapeUnread } from '../../helpers/suite/scrape.ts';

/** The number of characters of a line that are shown. */
const shown = 160;

/** A scrape that was read strictly and by the second reader, without its samples, of which a large cluster has millions. */
interface StrictlyRead extends ScannedExposition {
  readonly answer: Pick<ReceivedAnswer, 'bytes'>;
  readonly comparison: ReaderComparison;
}

/** A scrape of each process of the exporter, which the requirements of the format share. */
export const strictlyRead = memoizePerContext(
  async (context: RequirementContext): Promise<readonly (StrictlyRead & { readonly instance: Instance })[]> =>
    Promise.all(
      (await instancesOf(context)).map(async (instance) => ({ instance, ...(await readStrictly(context.client, instance)) })),
    ),
);

async function readStrictly(client: KubeClient, { exporter, pod }: Instance): Promise<StrictlyRead> {
  const { source, format } = await scrapeUnread(client, pod, exporter.target.ports.metrics.number);
  const scanned = await scanExposition(source, { format, visitor: { family: () => undefined, sample: () => undefined } });
  // Only violations are shown with their lines.
  const bytes = scanned.violationCount === 0 ? Buffer.alloc(0) : source;
  return { ...scanned, answer: { bytes }, comparison: await compareReadersByPart(source) };
}

/** A reading of a scrape, with the answer. */
interface Violated extends Pick<ReadExposition, 'violations'> {
  readonly answer: Pick<ReceivedAnswer, 'bytes'>;
}

/** The violations of these rules with the start of their lines: `line 7, column 1, kube_pod_info{…: message`. */
export function violationsOf({ violations, answer }: Violated, rules: readonly Rule[]): readonly string[] {
  const selected = violations.filter(({ rule }) => rules.includes(rule));
  if (selected.length === 0) return [];
  const lines = answer.bytes.toString('utf8').split('\n');
  return selected.map(
    ({ line, column, message }) => `line ${line}, column ${column}, ${(lines[line - 1] ?? '').slice(0, shown)}: ${message}`,
  );
}

/** The violations of all rules except these. */
export function violationsExcept(scrape: Violated, rules: readonly Rule[]): readonly string[] {
  const violated = new Set(scrape.violations.map(({ rule }) => rule).filter((rule) => !rules.includes(rule)));
  return violationsOf(scrape, [...violated]);
}

/** The families without HELP or TYPE, a line each. */
export function familiesWithoutHeader({ families }: Pick<StrictlyRead, 'families'>): readonly string[] {
  return [...families.values()].flatMap(({ name, help, type }) => {
    const missing = [...(help === undefined ? ['HELP'] : []), ...(type === undefined ? ['TYPE'] : [])];
    return missing.length === 0 ? [] : [`${name} has no ${missing.join(' and no ')}`];
  });
}

/** The families in which both readers differ, a line each. */
export function disagreementsOfReaders({ comparison }: Pick<StrictlyRead, 'comparison'>): readonly string[] {
  return comparison.disagreements.map(({ message }) => message);
}

/** A line with the number of samples that have a timestamp; none without such a sample. */
export function samplesWithTimestamp({ timestamps: { count, firstLine } }: Pick<StrictlyRead, 'timestamps'>): readonly string[] {
  return count === 0 ? [] : [`${count} samples with a timestamp, the first in line ${firstLine}`];
}
