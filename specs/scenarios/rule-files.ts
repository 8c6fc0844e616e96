import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { Rule } from '../../helpers/prometheus/rules/rule.ts';
import { readRules } from '../../helpers/prometheus/rules/rule-files.ts';
import { packageDirectory } from '../../helpers/source.ts';

const directory = fileURLToPath(new URL('fixtures/rules/', packageDirectory));

/** The range of the alert on restarts in its file, for which a run cannot wait. */
const restartWindowInFile = '[30m]';

/**
 * The rule files as Prometheus loads them, by file name.
 * @param restartWindow the range of the alert on restarts, in milliseconds
 */
export function ruleFiles(restartWindow: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    files().map(([name, text]) => [name.replace(/\.yaml$/, '.rules.yaml'), loadable(text, restartWindow)]),
  );
}

/** The names of the rules of all files. */
export function ruleNames(): readonly string[] {
  return rules().map(({ name }) => name);
}

/**
 * The expression of a rule in its file.
 * @throws an Error when no file has such a rule
 */
export function expressionOf(rule: string): string {
  const found = rules().find(({ name }) => name === rule);
  if (!found) throw new Error(`No file in fixtures/rules has the rule ${rule}: add it there.`);
  return found.expression;
}

function rules(): readonly Rule[] {
  return files().flatMap(([name, text]) => readRules(text, name).rules);
}

function files(): readonly (readonly [name: string, text: string])[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.yaml'));
  return names.map((name) => [name, readFileSync(`${directory}${name}`, 'utf8')]);
}

/** Converts a PrometheusRule object to a rule file, as the operator does. */
function loadable(text: string, restartWindow: number): string {
  const content = parse(text) as { kind?: string; spec?: object };
  return (content.kind === 'PrometheusRule' ? stringify(content.spec) : text).replaceAll(
    restartWindowInFile,
    `[${restartWindow / 1000}s]`,
  );
}
