import type { Instance } from '../../helpers/exporter/installed.ts';
import type { Rule } from '../../helpers/exposition/model.ts';
import { type ReadExposition, type ScannedExposition, scanExposition } from '../../helpers/exposition/read.ts';
import { compareReadersByPart, type ReaderComparison } from '../../helpers/exposition/second-reader.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { inTurn } from '../../helpers/suite/read-objects.ts';
import { instancesOf, scrapeUnread } from '../../helpers/suite/scrape.ts';

/** The number of characters of a line that are shown. */
const shown = 160;

/** A scrape that was read strictly and by the second reader, without its samples, of which a large cluster has millions. */
interface StrictlyRead extends ScannedExposition, Violated {
  readonly comparison: ReaderComparison;
}

/** A scrape of each process of the exporter, which the requirements of the format share. */
export const strictlyRead = memoizePerContext(
  async (context: RequirementContext): Promise<readonly (StrictlyRead & { readonly instance: Instance })[]> =>
    Promise.all(
      (await instancesOf(context)).map(async (instance) => ({
        instance,
        ...(await inTurn(context.run, () => readStrictly(context.client, instance))),
      })),
    ),
);

async function readStrictly(client: KubeClient, { exporter, pod }: Instance): Promise<StrictlyRead> {
  const { source, format } = await scrapeUnread(client, pod, exporter.target.ports.metrics.number);
  const scanned = await scanExposition(source, { format, visitor: { family: () => undefined, sample: () => undefined } });
  return { ...(await withLines(scanned, source)), comparison: await compareReadersByPart(source) };
}

/** The violations in a scrape, and the lines that they are in. */
interface Violated extends Pick<ReadExposition, 'violations'> {
  /** The lines by their numbers. */
  readonly lines: ReadonlyMap<number, string>;
}

/** Adds the lines of the violations to what was read, which are shown with them. */
export async function withLines<Read extends Pick<ReadExposition, 'violations'>>(
  read: Read,
  source: AsyncIterable<Uint8Array>,
): Promise<Read & Violated> {
  const numbers = new Set(read.violations.map(({ line }) => line));
  const lines = new Map<number, string>();
  let number = 1;
  let rest = Buffer.alloc(0);
  const take = (line: Buffer) => {
    if (numbers.has(number)) lines.set(number, line.toString('utf8'));
    number += 1;
  };
  if (numbers.size === 0) return { ...read, lines };
  for await (const part of source) {
    const bytes = Buffer.concat([rest, part]);
    let start = 0;
    for (let end = bytes.indexOf('\n'); end >= 0; end = bytes.indexOf('\n', start)) {
      take(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  take(rest);
  return { ...read, lines };
}

/** The violations of these rules with the start of their lines: `line 7, column 1, kube_pod_info{…: message`. */
export function violationsOf({ violations, lines }: Violated, rules: readonly Rule[]): readonly string[] {
  const selected = violations.filter(({ rule }) => rules.includes(rule));
  return selected.map(
    ({ line, column, message }) => `line ${line}, column ${column}, ${(lines.get(line) ?? '').slice(0, shown)}: ${message}`,
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
