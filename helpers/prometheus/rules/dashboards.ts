import { UsageError } from '../../errors.ts';
import type { Rule } from './rule.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the queries of a Grafana dashboard: of its panels, also in rows, and of its variables.
 * Variables are replaced so that the queries parse as PromQL.
 * @param file its path, for errors and rules
 * @throws UsageError when the text is not a JSON object
 */
export function readDashboard(text: string, file: string): readonly Rule[] {
  const parsed = parse(text, file);
  // A response of the Grafana API wraps the dashboard, an export does not.
  const dashboard = isFields(parsed.dashboard) ? parsed.dashboard : parsed;
  const group = String(dashboard.title ?? file);
  const panels = panelsOf(dashboard).flatMap((panel) => queriesOf(panel, file, group));
  const variables = list(isFields(dashboard.templating) ? dashboard.templating.list : undefined).flatMap((variable) =>
    queryOfVariable(variable, file, group),
  );
  return [...panels, ...variables];
}

function parse(text: string, file: string): Fields {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isFields(parsed)) return parsed;
  } catch (error) {
    throw new UsageError(`${file} is not JSON: expected a dashboard exported from Grafana (${(error as Error).message}).`);
  }
  throw new UsageError(`${file} is not a JSON object: expected a dashboard exported from Grafana.`);
}

function panelsOf(container: Fields): readonly Fields[] {
  const inRows = list(container.rows).flatMap(panelsOf);
  return [...inRows, ...list(container.panels).flatMap((panel) => [panel, ...panelsOf(panel)])];
}

function queriesOf(panel: Fields, file: string, group: string): readonly Rule[] {
  const name = String(panel.title ?? panel.id ?? '');
  return list(panel.targets).flatMap(({ expr }): readonly Rule[] =>
    typeof expr === 'string' && expr.trim() !== ''
      ? [{ file, kind: 'panel', group, name, expression: withoutVariables(expr), templates: {} }]
      : [],
  );
}

/** `label_values(kube_pod_info{…}, namespace)` becomes `count by (namespace) (kube_pod_info{…})`. */
function queryOfVariable(variable: Fields, file: string, group: string): readonly Rule[] {
  const query = isFields(variable.query) ? variable.query.query : variable.query;
  if (typeof query !== 'string') return [];
  const substituted = withoutVariables(query);
  const [, series, label] = /^\s*label_values\(\s*([\s\S]+?)\s*,\s*(\w+)\s*\)\s*$/.exec(substituted) ?? [];
  const [, result] = /^\s*query_result\(([\s\S]+)\)\s*$/.exec(substituted) ?? [];
  const expression = series === undefined ? result : `count by (${label}) (${series})`;
  if (expression === undefined) return [];
  return [{ file, kind: 'variable', group, name: String(variable.name ?? ''), expression, templates: {} }];
}

/** Durations become 5m, other variables their bare name. Variables in quotes stay; matchers treat them as any value. */
function withoutVariables(expression: string): string {
  return expression
    .replace(/\[\s*(\$\{?\w+(?::\w+)?\}?|\[\[\w+\]\])/g, '[5m')
    .replace(/\$\{?__(rate_interval|interval|range)\}?/g, '5m')
    .replace(/"[^"]*"|'[^']*'|\$\{(\w+)(?::\w+)?\}|\[\[(\w+)\]\]|\$(\w+)/g, (match, braces, brackets, plain) => {
      const variable = braces ?? brackets ?? plain;
      return variable === undefined ? match : `${variable}`;
    });
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
