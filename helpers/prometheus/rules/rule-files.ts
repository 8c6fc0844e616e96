import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { UsageError } from '../../errors.ts';
import { parseExpression } from './expression.ts';
import { isPrometheus, type LoadableRule, type Rule, type RuleGroup, type RuleSource, type Skipped } from './rule.ts';

/** A YAML document, and where it is in its file. */
interface Place {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
  /** The number of lines of the file above it. */
  readonly above: number;
  /** Whether expressions may be MetricsQL: those of a VMRule. */
  readonly metricsQl: boolean;
}

interface Collected {
  readonly rules: Rule[];
  readonly skipped: Skipped[];
  readonly groups: RuleGroup[];
}

/**
 * Reads alerting and recording rules, in any number of YAML or JSON documents, from Prometheus rule files, PrometheusRule and VMRule
 * objects, ConfigMaps with rule files, values of Helm charts, namespaces of Mimir and Cortex, and Grafana's alert provisioning,
 * also in lists and among other objects: whatever holds rule groups, however deep.
 * @param file its path, for errors and rules
 * @throws UsageError with file and line for invalid YAML or a rule without an expression
 */
export function readRules(text: string, file: string): RuleSource {
  const collected: Collected = { rules: [], skipped: [], groups: [] };
  collectFromText(text, { file, above: 0, metricsQl: false }, collected);
  return { file, part: 'rules', ...collected };
}

function collectFromText(text: string, place: Pick<Place, 'file' | 'above' | 'metricsQl'>, into: Collected): void {
  const lines = new LineCounter();
  for (const document of parseAllDocuments(text, { lineCounter: lines })) {
    if (!('contents' in document)) continue;
    const [error] = document.errors;
    if (error) {
      const at = error.linePos?.[0];
      throw new UsageError(`${place.file}${at ? `, line ${place.above + at.line}` : ''}: ${error.message.split('\n')[0]}`);
    }
    collect(document.contents, { ...place, document, lines }, into);
  }
}

function collect(node: unknown, place: Place, into: Collected): void {
  if (isAlias(node)) collect(node.resolve(place.document), place, into);
  else if (isSeq(node)) for (const item of node.items) collect(item, place, into);
  else if (isMap(node)) collectFromMap(node, place, into);
  else if (isScalar(node) && typeof node.value === 'string' && holdsRules(node.value)) collectFromString(node, place, into);
}

function collectFromMap(node: YAMLMap, place: Place, into: Collected): void {
  if (isGroup(node)) {
    collectGroup(node, place, into);
    return;
  }
  const metricsQl = place.metricsQl || node.get('kind') === 'VMRule';
  for (const { value } of node.items) collect(value, { ...place, metricsQl }, into);
}

/** A rule file within a string, such as a value of a ConfigMap. The lines of a block scalar begin below its header. */
function collectFromString(node: Scalar, place: Place, into: Collected): void {
  const header = lineOf(node, place);
  const above = node.type === 'BLOCK_LITERAL' ? header : header - 1;
  collectFromText(String(node.value), { ...place, above }, into);
}

function holdsRules(text: string): boolean {
  return /"?\b(groups|rules)"?\s*:/.test(text) && /"?\b(alert|record|title)"?\s*:/.test(text) && /"?\bexpr"?\s*:/.test(text);
}

/** Whether it is a rule group: other objects, such as a Role, have rules of another kind. */
function isGroup(node: YAMLMap): boolean {
  const rules = node.get('rules');
  return (
    isSeq(rules) && rules.items.some((rule) => isMap(rule) && (rule.has('alert') || rule.has('record') || isGrafanaRule(rule)))
  );
}

function isGrafanaRule(rule: YAMLMap): boolean {
  return rule.has('title') && isSeq(rule.get('data'));
}

/** Source: Prometheus, 'Defining recording rules'. `interval` is not among them: the gate evaluates as often as it scrapes. */
const groupFields = ['name', 'limit', 'query_offset', 'labels'];
const ruleFields = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

function collectGroup(node: YAMLMap, place: Place, into: Collected): void {
  const group = String(node.get('name') ?? '');
  const rules = node.get('rules');
  const loadable: LoadableRule[] = [];
  for (const rule of isSeq(rules) ? rules.items.filter(isMap) : []) {
    const engine = String(rule.get('type') ?? node.get('type') ?? 'prometheus');
    if (isGrafanaRule(rule)) collectGrafanaRule(rule, group, place, into);
    else if (engine !== 'prometheus')
      into.skipped.push({ name: nameOf(rule), reason: `its type is ${engine}, which is not PromQL` });
    else {
      const read = readRule(rule, group, place);
      const { faults, rangeless } = parseExpression(read.expression);
      const [fault] = faults;
      if (fault === undefined && rangeless === undefined) loadable.push(fieldsOf(rule, ruleFields, place) as LoadableRule);
      if (place.metricsQl && fault !== undefined) {
        const reason = `it is MetricsQL: line ${fault.line}, column ${fault.column}: ${fault.message}`;
        into.skipped.push({ name: nameOf(rule), reason });
      } else into.rules.push(read);
    }
  }
  if (loadable.length > 0) into.groups.push({ name: group, ...fieldsOf(node, groupFields, place), rules: loadable });
}

function nameOf(rule: YAMLMap): string {
  const alert = rule.get('alert');
  return alert === undefined ? `record ${rule.get('record') ?? ''}` : `alert ${alert}`;
}

function fieldsOf(node: YAMLMap, names: readonly string[], { document }: Place): Readonly<Record<string, unknown>> {
  const values = node.toJS(document) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
}

function readRule(rule: YAMLMap, group: string, place: Place): Rule {
  const alert = rule.get('alert');
  const name = String(alert ?? rule.get('record') ?? '');
  const expression = rule.get('expr');
  const line = lineOf((rule.get('expr', true) as Node | undefined) ?? rule, place);
  if (typeof expression !== 'string' && typeof expression !== 'number') {
    throw new UsageError(`${place.file}, line ${line}: the rule "${name}" has no expr.`);
  }
  return {
    file: place.file,
    line,
    kind: alert === undefined ? 'record' : 'alert',
    group,
    name,
    expression: String(expression).trim(),
    templates: templatesOf(rule),
  };
}

/** The queries of an alert of Grafana. Source: Grafana, 'Use configuration files to provision alerting resources'. */
function collectGrafanaRule(rule: YAMLMap, group: string, place: Place, into: Collected): void {
  const data = rule.get('data');
  for (const query of isSeq(data) ? data.items.filter(isMap) : []) {
    const title = String(rule.get('title'));
    const name = `${title}, query ${query.get('refId') ?? ''}`;
    const uid = String(query.get('datasourceUid') ?? '');
    const type = String(query.getIn(['model', 'datasource', 'type']) ?? 'prometheus');
    const expression = query.getIn(['model', 'expr']);
    const skip = (reason: string) => into.skipped.push({ name: `alert ${name}`, reason });
    if (uid === '__expr__' || uid === '-100' || type === '__expr__') skip('Grafana itself computes it from other queries');
    else if (!isPrometheus(type)) skip(`its datasource is ${type}`);
    else if (typeof expression !== 'string' || expression.trim() === '') skip('it has no expr');
    else {
      const line = lineOf(query.getIn(['model', 'expr'], true) as Node, place);
      into.rules.push({
        ...{ file: place.file, line, kind: 'alert', group, name: data && isSeq(data) && data.items.length > 1 ? name : title },
        expression: expression.trim(),
        templates: templatesOf(rule),
      });
    }
  }
}

function templatesOf(rule: YAMLMap): Readonly<Record<string, string>> {
  return { ...texts(rule.get('annotations')), ...texts(rule.get('labels')) };
}

function texts(node: unknown): Readonly<Record<string, string>> {
  if (!isMap(node)) return {};
  const values = node.toJSON() as Record<string, unknown>;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function lineOf(node: Node, { lines, above }: Place): number {
  return above + lines.linePos(node.range?.[0] ?? 0).line;
}
