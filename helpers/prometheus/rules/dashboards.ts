import { parseAllDocuments } from 'yaml';
import { UsageError } from '../../errors.ts';
import { parseExpression } from './expression.ts';
import { isPrometheus, type Rule, type RuleSource, type Skipped } from './rule.ts';
import {
  datasourceType,
  expressionOfVariable,
  type Fields,
  fieldsIn,
  isFields,
  isGrafana,
  list,
  type Scope,
  scopeOf,
  substituteVariables,
} from './variables.ts';

/** A query of a panel, a variable or an annotation, before its variables are replaced. */
interface Query {
  readonly kind: 'panel' | 'variable' | 'annotation';
  readonly name: string;
  /** What Grafana stores as its datasource, the nearest first; undefined where it stores none. */
  readonly datasources: readonly unknown[];
  readonly expression: unknown;
}

/** Something without an expression that should have one. */
type Found = Query | Skipped;

/**
 * Reads the queries of Grafana dashboards, of panels (also in rows and of libraries), variables and annotations: JSON as exported or
 * as the API returns it, an array of dashboards, objects of dashboard.grafana.app in version 1 and 2, and ConfigMaps that hold any of
 * these, also in lists. Variables are replaced so that the queries parse as PromQL.
 * @param file its path, for errors and rules
 * @throws UsageError when the text is neither JSON nor YAML, or holds no object
 */
export function readDashboards(text: string, file: string): RuleSource {
  const roots = parse(text, file).filter((root) => typeof root === 'object' && root !== null);
  if (roots.length === 0) throw new UsageError(`${file} holds no JSON object: expected a dashboard exported from Grafana.`);
  const rules: Rule[] = [];
  const skipped: Skipped[] = [];
  for (const root of roots) collect(root, file, { rules, skipped });
  return { file, part: 'dashboards', rules, skipped, groups: [] };
}

function parse(text: string, file: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    // Not JSON, so it must be YAML.
  }
  return parseAllDocuments(text).flatMap((document) => {
    if (!('contents' in document)) return [];
    const [error] = document.errors;
    if (error) throw new UsageError(`${file} is neither JSON nor YAML: ${error.message.split('\n')[0]}`);
    return [document.toJS() as unknown];
  });
}

interface Collected {
  readonly rules: Rule[];
  readonly skipped: Skipped[];
}

function collect(value: unknown, file: string, into: Collected): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, file, into);
    return;
  }
  if (!isFields(value)) return;
  const { kind, items, spec, data, dashboard } = value;
  if (Array.isArray(items)) collect(items, file, into);
  else if (kind === 'ConfigMap' && isFields(data)) {
    for (const [key, text] of Object.entries(data)) collectFromText(String(text), key, file, into);
  } else if (kind === 'GrafanaDashboard' && isFields(spec)) collectFromText(String(spec.json ?? ''), 'json', file, into);
  else if (kind === 'Dashboard' && isFields(spec)) collectDashboard(spec, file, into);
  else if (isFields(dashboard)) collectDashboard(dashboard, file, into);
  else if (kind === undefined) collectDashboard(value, file, into);
}

function collectFromText(text: string, key: string, file: string, into: Collected): void {
  if (!text.trimStart().startsWith('{') && !text.trimStart().startsWith('[')) {
    into.skipped.push({ name: key, reason: 'it is not JSON' });
    return;
  }
  try {
    collect(JSON.parse(text), `${file} (${key})`, into);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    into.skipped.push({ name: key, reason: `it is not JSON: ${error.message}` });
  }
}

function collectDashboard(dashboard: Fields, file: string, { rules, skipped }: Collected): void {
  const scope = scopeOf(dashboard);
  const group = String(dashboard.title ?? file);
  for (const found of isFields(dashboard.elements) ? queriesOfVersion2(dashboard) : queriesOf(dashboard)) {
    if ('reason' in found) skipped.push(found);
    else {
      const read = readQuery(found, scope);
      if ('reason' in read) skipped.push(read);
      else rules.push({ file, kind: found.kind, group, name: found.name, expression: read.expression, templates: {} });
    }
  }
}

function readQuery({ kind, name, datasources, expression }: Query, scope: Scope): { readonly expression: string } | Skipped {
  const skip = (reason: string): Skipped => ({ name: `${kind} ${name}`, reason });
  const type = datasources.map((datasource) => datasourceType(datasource, scope)).find((found) => found !== undefined);
  if (type !== undefined && !isPrometheus(type)) return skip(`its datasource is ${type}`);
  if (typeof expression !== 'string' || expression.trim() === '') return skip('it has no PromQL expression');
  const query = kind === 'variable' ? expressionOfVariable(expression) : expression;
  if (query === undefined) return skip(`${expression.trim()} names no metric`);
  const substituted = substituteVariables(query, scope);
  const { faults } = parseExpression(substituted.expression);
  if (faults.length === 0 || substituted.unresolved.length === 0) {
    if (faults.length > 0 && isMetricsQl(query)) return skip(`it is MetricsQL: ${faults[0]?.message ?? ''}`);
    return { expression: substituted.expression };
  }
  return skip(`the dashboard has no value for ${substituted.unresolved.map((variable) => `$${variable}`).join(', ')}`);
}

/** Source: VictoriaMetrics, 'MetricsQL features'. */
function isMetricsQl(expression: string): boolean {
  return /\bkeep_metric_names\b|\b(default|if|ifnot)\b\s*[\w({]|^\s*WITH\s*\(|\b(rollup\w*|range_\w+|running_\w+|label_(set|map|copy|move|del|keep|match|value)|median|outliersk|\w+_over_time)\s*\(/i.test(
    expression,
  );
}

function queriesOf(dashboard: Fields): readonly Found[] {
  const { templating, annotations, __elements: elements } = dashboard;
  const library = list(isFields(elements) ? Object.values(elements) : elements);
  const included = new Set(library.map(({ uid }) => uid));
  return [
    ...panelsOf(dashboard).flatMap((panel) => queriesOfPanel(panel, included)),
    ...library.flatMap(({ model }) => (isFields(model) ? queriesOfPanel(model, included) : [])),
    ...list(isFields(templating) ? templating.list : undefined).flatMap(queriesOfVariable),
    ...list(isFields(annotations) ? annotations.list : undefined).flatMap(queriesOfAnnotation),
  ];
}

function panelsOf(container: Fields): readonly Fields[] {
  const inRows = list(container.rows).flatMap(panelsOf);
  return [...inRows, ...list(container.panels).flatMap((panel) => [panel, ...panelsOf(panel)])];
}

/** @param included the uids of the library panels that the file contains */
function queriesOfPanel(panel: Fields, included: ReadonlySet<unknown>): readonly Found[] {
  const { libraryPanel, targets, datasource } = panel;
  const name = String(panel.title ?? panel.id ?? '');
  if (isFields(libraryPanel) && list(targets).length === 0) {
    if (isFields(libraryPanel.model)) return queriesOfPanel(libraryPanel.model, included);
    return included.has(libraryPanel.uid)
      ? []
      : [{ name: `panel ${name}`, reason: 'it is a library panel that the file does not contain' }];
  }
  return list(targets).map((target) => ({
    kind: 'panel' as const,
    name,
    datasources: [target.datasource, datasource],
    expression: target.expr,
  }));
}

function queriesOfVariable({ type = 'query', name, query, datasource }: Fields): readonly Found[] {
  if (type !== 'query') return [];
  return [
    { kind: 'variable', name: String(name ?? ''), datasources: [datasource], expression: isFields(query) ? query.query : query },
  ];
}

/** The annotation of Grafana itself, which every dashboard has, is no query. */
function queriesOfAnnotation({ name, type, builtIn, datasource, target, expr, ...rest }: Fields): readonly Found[] {
  const inTarget = isFields(target) ? target.expr : undefined;
  const expression = expr ?? inTarget ?? rest.query;
  if (builtIn || type === 'dashboard' || (expression === undefined && isGrafana(datasource))) return [];
  return [{ kind: 'annotation', name: String(name ?? ''), datasources: [datasource], expression }];
}

/** Source: Grafana, 'Dashboard schema v2'. */
function queriesOfVersion2({ elements, variables, annotations }: Fields): readonly Found[] {
  const panels = Object.values(elements as Fields)
    .filter(isFields)
    .flatMap(({ kind, spec }): readonly Found[] => {
      if (!isFields(spec)) return [];
      const name = String(spec.title ?? spec.id ?? '');
      if (kind === 'LibraryPanel')
        return [{ name: `panel ${name}`, reason: 'it is a library panel that the file does not contain' }];
      const queries = list(fieldsIn(fieldsIn(spec.data).spec).queries);
      return queries.map((query) => version2Query('panel', name, fieldsIn(query.spec)));
    });
  const ofSpecs = (kind: 'variable' | 'annotation', values: unknown) =>
    list(values)
      .filter((value) => (kind === 'variable' ? value.kind === 'QueryVariable' : !fieldsIn(value.spec).builtIn))
      .map(({ spec }) => version2Query(kind, String(fieldsIn(spec).name ?? ''), fieldsIn(spec)));
  return [...panels, ...ofSpecs('variable', variables), ...ofSpecs('annotation', annotations)];
}

function version2Query(kind: Query['kind'], name: string, spec: Fields): Query {
  const query = fieldsIn(spec.query);
  const { expr, query: text } = fieldsIn(query.spec);
  const type = query.kind === 'DataQuery' ? query.group : query.kind;
  return { kind, name, datasources: [{ type }, spec.datasource], expression: expr ?? text };
}
