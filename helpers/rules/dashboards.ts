import { UsageError } from '../errors.ts';
import type { Rule } from './rule.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the queries of a Grafana dashboard: of its panels, those in rows included, and of its variables.
 * Grafana's own variables are replaced by something that the grammar of PromQL takes.
 * @param file how errors and queries name it
 * @throws a UsageError when it is not JSON
 */
export function readDashboard(text: string, file: string): readonly Rule[] {
  const parsed = parse(text, file);
  // The API wraps the dashboard, the export does not.
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
    throw new UsageError(`${file} is not JSON: wanted a dashboard as Grafana exports it (${(error as Error).message}).`);
  }
  throw new UsageError(`${file} is no object: wanted a dashboard as Grafana exports it.`);
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

/** `label_values(kube_pod_info{…}, namespace)` asks for series and for one of their labels. */
function queryOfVariable(variable: Fields, file: string, group: string): readonly Rule[] {
  const query = isFields(variable.query) ? variable.query.query : variable.query;
  if (typeof query !== 'string') return [];
  const written = withoutVariables(query);
  const [, series, label] = /^\s*label_values\(\s*([\s\S]+?)\s*,\s*(\w+)\s*\)\s*$/.exec(written) ?? [];
  const [, result] = /^\s*query_result\(([\s\S]+)\)\s*$/.exec(written) ?? [];
  const expression = series === undefined ? result : `count by (${label}) (${series})`;
  if (expression === undefined) return [];
  return [{ file, kind: 'variable', group, name: String(variable.name ?? ''), expression, templates: {} }];
}

/** Inside of quotes a variable stays, and stands for any value; as a duration it is some time. */
function withoutVariables(expression: string): string {
  return expression
    .replace(/\[\s*(\$\{?\w+(?::\w+)?\}?|\[\[\w+\]\])/g, '[5m')
    .replace(/\$\{?__(rate_interval|interval|range)\}?/g, '5m')
    .replace(/"[^"]*"|'[^']*'|\$\{(\w+)(?::\w+)?\}|\[\[(\w+)\]\]|\$(\w+)/g, (all, braces, brackets, plain) => {
      const variable = braces ?? brackets ?? plain;
      return variable === undefined ? all : `${variable}`;
    });
}

function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
