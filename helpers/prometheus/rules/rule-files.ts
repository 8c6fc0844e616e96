import { isMap, isSeq, LineCounter, type Node, parseAllDocuments, type YAMLMap } from 'yaml';
import { UsageError } from '../../errors.ts';
import type { Rule } from './rule.ts';

/**
 * Reads alerting and recording rules from Prometheus rule files and from PrometheusRule objects, also in lists and among other
 * objects, in any number of YAML documents.
 * @param file its path, for errors and rules
 * @throws UsageError with file and line for invalid YAML or a rule without an expression
 */
export function readRules(text: string, file: string): readonly Rule[] {
  const lines = new LineCounter();
  return parseAllDocuments(text, { lineCounter: lines }).flatMap((document) => {
    const [error] = document.errors;
    if (error) {
      const at = error.linePos?.[0];
      throw new UsageError(`${file}${at ? `, line ${at.line}` : ''}: ${error.message.split('\n')[0]}`);
    }
    return rulesOfDocument(document.contents, file, lines);
  });
}

function rulesOfDocument(node: unknown, file: string, lines: LineCounter): readonly Rule[] {
  if (!isMap(node)) return [];
  const items = node.get('items');
  if (isSeq(items)) return items.items.flatMap((item) => rulesOfDocument(item, file, lines));
  const kind = node.get('kind');
  if (kind !== undefined && kind !== 'PrometheusRule') return [];
  const groups = kind === undefined ? node.get('groups') : node.getIn(['spec', 'groups']);
  if (!isSeq(groups)) return [];
  return groups.items.filter(isMap).flatMap((group) => {
    const rules = group.get('rules');
    return isSeq(rules)
      ? rules.items.filter(isMap).map((rule) => readRule(rule, String(group.get('name') ?? ''), file, lines))
      : [];
  });
}

function readRule(rule: YAMLMap, group: string, file: string, lines: LineCounter): Rule {
  const alert = rule.get('alert');
  const name = String(alert ?? rule.get('record') ?? '');
  const expression = rule.get('expr');
  const node = rule.get('expr', true) as Node | undefined;
  const line = lines.linePos((node ?? rule).range?.[0] ?? 0).line;
  if (typeof expression !== 'string' && typeof expression !== 'number') {
    throw new UsageError(`${file}, line ${line}: the rule "${name}" has no expr.`);
  }
  return {
    file,
    line,
    kind: alert === undefined ? 'record' : 'alert',
    group,
    name,
    expression: String(expression).trim(),
    templates: { ...texts(rule.get('annotations')), ...texts(rule.get('labels')) },
  };
}

function texts(node: unknown): Readonly<Record<string, string>> {
  if (!isMap(node)) return {};
  const values = node.toJSON() as Record<string, unknown>;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
