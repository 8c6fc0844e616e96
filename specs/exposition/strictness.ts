import type { Rule } from '../../helpers/exposition/model.ts';
import { compareReaders, type ReaderComparison } from '../../helpers/exposition/second-reader.ts';
import type { Scrape } from '../../helpers/suite/scrape.ts';

/** The number of characters of a line that are shown. */
const shown = 160;

/** The violations of these rules with the start of their lines: `line 7, column 1, kube_pod_info{…: message`. */
export function violationsOf({ violations, answer }: Scrape, rules: readonly Rule[]): readonly string[] {
  const selected = violations.filter(({ rule }) => rules.includes(rule));
  if (selected.length === 0) return [];
  const lines = answer.body.split('\n');
  return selected.map(
    ({ line, column, message }) => `line ${line}, column ${column}, ${(lines[line - 1] ?? '').slice(0, shown)}: ${message}`,
  );
}

/** The violations of all rules except these. */
export function violationsExcept(scrape: Scrape, rules: readonly Rule[]): readonly string[] {
  const violated = new Set(scrape.violations.map(({ rule }) => rule).filter((rule) => !rules.includes(rule)));
  return violationsOf(scrape, [...violated]);
}

/** The families without HELP or TYPE, a line each. */
export function familiesWithoutHeader({ exposition }: Scrape): readonly string[] {
  return [...exposition.families.values()].flatMap(({ name, help, type }) => {
    const missing = [...(help === undefined ? ['HELP'] : []), ...(type === undefined ? ['TYPE'] : [])];
    return missing.length === 0 ? [] : [`${name} has no ${missing.join(' and no ')}`];
  });
}

/** Compares the scrape with the result of parse-prometheus-text-format for the same body. */
export function compareWithSecondReader({ answer, exposition }: Scrape): ReaderComparison {
  return compareReaders(answer.body, exposition);
}

/** The families in which both readers differ, a line each. */
export function disagreementsOfReaders(scrape: Scrape): readonly string[] {
  return compareWithSecondReader(scrape).disagreements.map(({ message }) => message);
}

/** A line with the number of samples that have a timestamp; none without such a sample. */
export function samplesWithTimestamp({ exposition }: Scrape): readonly string[] {
  const { count, firstLine } = exposition.timestamps;
  return count === 0 ? [] : [`${count} samples with a timestamp, the first in line ${firstLine}`];
}
