import type { Rule } from '../../helpers/exposition/model.ts';
import { compareReaders, type ReaderComparison } from '../../helpers/exposition/second-reader.ts';
import type { Scrape } from '../../helpers/suite/scrape.ts';

/** How much of a line is shown. */
const shown = 160;

/** The violations of these rules, a line each, with the beginning of the line that they are in. */
export function violationsOf({ violations, answer }: Scrape, rules: readonly Rule[]): readonly string[] {
  const broken = violations.filter(({ rule }) => rules.includes(rule));
  if (broken.length === 0) return [];
  const lines = answer.body.split('\n');
  return broken.map(
    ({ line, column, message }) => `line ${line}, column ${column}, ${(lines[line - 1] ?? '').slice(0, shown)}: ${message}`,
  );
}

/** The violations of all rules but these. */
export function violationsBut(scrape: Scrape, rules: readonly Rule[]): readonly string[] {
  const others = new Set(scrape.violations.map(({ rule }) => rule).filter((rule) => !rules.includes(rule)));
  return violationsOf(scrape, [...others]);
}

/** The families that have samples, and lack one of their two lines. */
export function undocumentedFamilies({ exposition }: Scrape): readonly string[] {
  return [...exposition.families.values()].flatMap(({ name, help, type }) => {
    const lacks = [...(help === undefined ? ['HELP'] : []), ...(type === undefined ? ['TYPE'] : [])];
    return lacks.length === 0 ? [] : [`${name} has no ${lacks.join(' and no ')}`];
  });
}

/** What parse-prometheus-text-format reads in the same bytes. */
export function compareWithSecondReader({ answer, exposition }: Scrape): ReaderComparison {
  return compareReaders(answer.body, exposition);
}
