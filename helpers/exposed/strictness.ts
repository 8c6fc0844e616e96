import type { Rule } from '../exposition/rules.ts';
import { compareReaders, type ReaderComparison } from '../exposition/second-reader.ts';
import type { Scrape } from './scrape.ts';

/** The violations of these rules, a line each. */
export function violationsOf({ violations }: Scrape, rules: readonly Rule[]): readonly string[] {
  return violations
    .filter(({ rule }) => rules.includes(rule))
    .map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`);
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
