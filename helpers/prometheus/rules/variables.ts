import { parseExpression } from './expression.ts';

/** An object of a dashboard's JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** What the variables of a dashboard stand for. */
export interface Scope {
  /** By name; variables without a single plain value are missing. */
  readonly values: ReadonlyMap<string, string>;
  /** The types of the datasources that variables and inputs of an export stand for. */
  readonly datasources: ReadonlyMap<string, string>;
}

export function scopeOf(dashboard: Fields): Scope {
  return { values: valuesOf(dashboard), datasources: datasourceTypes(dashboard) };
}

/** An expression that PromQL parses, or that has a variable whose value is not known. */
export interface Substituted {
  readonly expression: string;
  /** The variables without a value, outside quotes. */
  readonly unresolved: readonly string[];
}

/** Stands for a variable without a value: a name that no exporter has. */
const PLACEHOLDER = 'grafana_variable_';

/**
 * Replaces the variables of Grafana outside quotes: intervals by 5m, others by their value, those without one by a placeholder.
 * Variables in quotes stay: a matcher with one accepts anything. Source: Grafana, 'Global variables' and 'Variable syntax'.
 */
export function substituteVariables(text: string, { values }: Pick<Scope, 'values'>): Substituted {
  const unresolved = new Set<string>();
  const expression = text
    .replace(/\$\{?__(?:rate_interval|interval|range)_ms\}?/g, '300000')
    .replace(/\$\{?__range_s\}?/g, '300')
    .replace(/\$\{?__(?:rate_interval|interval|range)\}?/g, '5m')
    .replace(/\[\s*(?:\$\{?\w+(?::\w+)?\}?|\[\[\w+\]\])/g, '[5m')
    .replace(
      /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\$\{(\w+)(?::\w+)?\}|\[\[(\w+)(?::\w+)?\]\]|\$(\w+)/g,
      (match, braces, brackets, plain) => {
        const variable: string | undefined = braces ?? brackets ?? plain;
        if (variable === undefined) return match;
        const value = values.get(variable);
        if (value !== undefined) return value;
        unresolved.add(variable);
        return `${PLACEHOLDER}${variable}`;
      },
    );
  return { expression, unresolved: [...unresolved] };
}

/** Whether a name in an expression is, or contains, a variable without a value. */
export function isUnresolved(name: string): boolean {
  return name.includes(PLACEHOLDER);
}

/** The variables without a value that an expression has where PromQL needs one: `$limit` in `a > $limit`. */
export function unresolvedIn(expression: string): readonly string[] {
  const names = parseExpression(expression).selectors.flatMap(({ metric }) =>
    metric !== undefined && isUnresolved(metric) ? [metric] : [],
  );
  return [...new Set(names.map((name) => `$${/grafana_variable_(\w+)/.exec(name)?.[1] ?? ''}`))];
}

/**
 * The expression of a variable's query: `label_values(a{…}, b)` is `count by (b) (a{…})`, `query_result(a)` is `a`, and `metrics(a.*)`
 * is `{__name__=~"a.*"}`. Undefined for any other query. Source: Grafana, 'Prometheus template variables'.
 */
export function expressionOfVariable(query: string): string | undefined {
  const [, series, label] = /^\s*label_values\(\s*([\s\S]+?)\s*,\s*(\w+)\s*\)\s*$/.exec(query) ?? [];
  if (series !== undefined) return `count by (${label}) (${series})`;
  const [, metrics] = /^\s*metrics\(\s*([\s\S]+?)\s*\)\s*$/.exec(query) ?? [];
  if (metrics !== undefined) return `{__name__=~${JSON.stringify(metrics)}}`;
  return /^\s*query_result\(([\s\S]+)\)\s*$/.exec(query)?.[1];
}

/** The type of a stored datasource: an object, a name, or a variable; undefined where it is not known, as for the default one. */
export function datasourceType(stored: unknown, scope: Scope): string | undefined {
  if (isFields(stored)) {
    const { type, uid } = stored;
    if (typeof type === 'string' && type !== '' && type !== 'datasource') return type;
    return uid === undefined && type === 'datasource' ? 'grafana' : datasourceType(uid, scope);
  }
  if (typeof stored !== 'string' || stored === '-- Mixed --') return undefined;
  if (isGrafana(stored)) return 'grafana';
  const variable = /^\$\{?(\w+)\}?$/.exec(stored)?.[1];
  if (variable !== undefined) return scope.datasources.get(variable);
  return /loki|tempo|elasticsearch|influx|cloudwatch|jaeger|graphite/i.exec(stored)?.[0].toLowerCase();
}

/** Whether a stored datasource is Grafana itself. */
export function isGrafana(stored: unknown): boolean {
  const uid = isFields(stored) ? stored.uid : stored;
  return uid === '-- Grafana --' || uid === 'grafana' || uid === '-- Dashboard --';
}

function variablesOf({ templating, variables }: Fields): readonly Fields[] {
  const ofVersion2 = list(variables).map(
    ({ kind, spec }): Fields => ({ type: String(kind).replace('Variable', '').toLowerCase(), ...fieldsIn(spec) }),
  );
  return [...list(isFields(templating) ? templating.list : undefined), ...ofVersion2];
}

function datasourceTypes(dashboard: Fields): ReadonlyMap<string, string> {
  const variables = variablesOf(dashboard).filter(({ type }) => type === 'datasource');
  const inputs = list(dashboard.__inputs).filter(({ type }) => type === 'datasource');
  return new Map([
    ...variables.map(({ name, query, pluginId }) => [String(name), String(pluginId ?? query)] as const),
    ...inputs.map(({ name, pluginId }) => [String(name), String(pluginId)] as const),
  ]);
}

function valuesOf(dashboard: Fields): Scope['values'] {
  const inputs = list(dashboard.__inputs).flatMap(({ type, name, value }) =>
    type === 'constant' ? [[String(name), String(value)] as const] : [],
  );
  const variables = variablesOf(dashboard).flatMap((variable) => {
    const value = presentValue(variable);
    return value === undefined ? [] : [[String(variable.name), value] as const];
  });
  return new Map([...inputs, ...variables]);
}

/** The present value of a variable; undefined for all values, several, or one that is not plain text. */
function presentValue({ type, current, query }: Fields): string | undefined {
  const stored = fieldsIn(current).value;
  const choices =
    type === 'custom' || type === 'interval' || type === 'constant'
      ? String(query ?? '')
          .split(',')[0]
          ?.trim()
      : undefined;
  const value = Array.isArray(stored) && stored.length === 1 ? stored[0] : stored;
  const candidate = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return [candidate, choices].find((text) => text !== undefined && /^[\w.]+$/.test(text) && !text.startsWith('__'));
}

/** The objects of an array; none of anything else. */
export function list(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** The fields of an object; none of anything else. */
export function fieldsIn(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
