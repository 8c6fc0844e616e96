import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { Rule } from '../../helpers/prometheus/rules/rule.ts';
import { readRules } from '../../helpers/prometheus/rules/rule-files.ts';
import { packageDirectory } from '../../helpers/source.ts';

const directory = fileURLToPath(new URL('fixtures/rules/', packageDirectory));

/** For how long after a restart the alert on restarts tells of it: longer than one can wait for. */
const restartWindowInFile = '[30m]';

/**
 * Every rule file as Prometheus loads it, by the name under which it is mounted.
 * @param restartWindow for how long the alert on restarts is to tell of one, in milliseconds
 */
export function ruleFiles(restartWindow: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    files().map(([name, text]) => [name.replace(/\.yaml$/, '.rules.yaml'), loadable(text, restartWindow)]),
  );
}

/** What all rules of all files are called. */
export function ruleNames(): readonly string[] {
  return rules().map(({ name }) => name);
}

/**
 * The expression of a rule, as its file has it.
 * @throws an Error when no file has such a rule
 */
export function expressionOf(rule: string): string {
  const found = rules().find(({ name }) => name === rule);
  if (!found) throw new Error(`No file in fixtures/rules has the rule ${rule}.`);
  return found.expression;
}

function rules(): readonly Rule[] {
  return files().flatMap(([name, text]) => readRules(text, name));
}

function files(): readonly (readonly [name: string, text: string])[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.yaml'));
  return names.map((name) => [name, readFileSync(`${directory}${name}`, 'utf8')]);
}

/** Of an object of the Prometheus operator what the operator would write into a file. */
function loadable(text: string, restartWindow: number): string {
  const content = parse(text) as { kind?: string; spec?: object };
  return (content.kind === 'PrometheusRule' ? stringify(content.spec) : text).replaceAll(
    restartWindowInFile,
    `[${restartWindow / 1000}s]`,
  );
}
