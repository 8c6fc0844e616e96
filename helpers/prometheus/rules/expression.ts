import { parser } from '@prometheus-io/lezer-promql';
import { hasVariable, regularExpression } from './matcher.ts';
import { nodesOf, type Selector, type SyntaxNode, selectorOf, unquoted } from './syntax.ts';

/** A syntax error of an expression; line and column from 1. */
export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** The selectors and labels that a PromQL expression uses. */
export interface Expression {
  readonly selectors: readonly Selector[];
  /** The labels of aggregations and joins; those of matchers are in `selectors`. */
  readonly labels: readonly LabelUse[];
  readonly faults: readonly SyntaxFault[];
  /** A function that is called without the range that PromQL requires, as in `rate(a)`; undefined when there is none. */
  readonly rangeless?: string;
}

/** Parses an expression with Prometheus' own grammar. Never throws: syntax errors are in `faults`. */
export function parseExpression(text: string): Expression {
  const { topNode } = parser.parse(text);
  const selectors = new Map(nodesOf(topNode, 'VectorSelector').map((node) => [node.from, selectorOf(node, text)]));
  const selectorsIn = (node: SyntaxNode) => nodesOf(node, 'VectorSelector').flatMap(({ from }) => selectors.get(from) ?? []);
  const list = [...selectors.values()];
  const faults = [...faultsOf(topNode, text), ...list.flatMap((selector) => invalidPatterns(selector, text))];
  const rangeless = rangelessFunction(topNode, text);
  return {
    selectors: list,
    labels: labelUsesOf(topNode, text, selectorsIn),
    faults,
    ...(rangeless !== undefined && { rangeless }),
  };
}

/** Source: Prometheus, 'Query functions': those with a parameter of type range-vector. */
const rangeFunctions =
  /^(\w+_over_time|rate|irate|increase|delta|idelta|deriv|changes|resets|predict_linear|(double_exponential_smoothing|holt_winters))$/;

function rangelessFunction(root: SyntaxNode, text: string): string | undefined {
  const calls = nodesOf(root, 'FunctionCall').map((node) => ({
    name: text.slice(node.firstChild?.from, node.firstChild?.to),
    hasRange: nodesOf(node, 'MatrixSelector', 'SubqueryExpr').length > 0,
  }));
  return calls.find(({ name, hasRange }) => rangeFunctions.test(name) && !hasRange)?.name;
}

function faultsOf(root: SyntaxNode, text: string): readonly SyntaxFault[] {
  if (text.trim() === '') return [{ line: 1, column: 1, message: 'The expression is empty.' }];
  const found: SyntaxFault[] = [];
  const cursor = root.cursor();
  do {
    if (cursor.type.isError) found.push(faultAt(cursor.from, cursor.to, text));
  } while (cursor.next());
  return found.filter(
    ({ line, column }, index) => index === found.findIndex((fault) => fault.line === line && fault.column === column),
  );
}

function faultAt(from: number, to: number, text: string): SyntaxFault {
  const before = text.slice(0, from).split('\n');
  const token = text.slice(from, Math.max(to, from + 1)).trim();
  const message = token === '' ? 'Unexpected end of the expression.' : `"${token}" is not allowed here.`;
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, message };
}

/** Invalid regular expressions, at the first occurrence of their text. */
function invalidPatterns({ matchers }: Selector, text: string): readonly SyntaxFault[] {
  return matchers.flatMap(({ operator, value }) => {
    if (!operator.endsWith('~') || regularExpression(value) !== undefined) return [];
    const at = Math.max(text.indexOf(value), 0);
    return [{ ...faultAt(at, at + value.length, text), message: `"${value}" is not a valid regular expression.` }];
  });
}

/** How an expression uses a label. `group` is a label that a join copies: `group_left(label_release)`. */
export type LabelRole = 'by' | 'without' | 'on' | 'ignoring' | 'group';

/** A label that an expression uses, and the selectors whose series must have it. */
export interface LabelUse {
  readonly role: LabelRole;
  readonly label: string;
  /** For a join, those of one side; a label of `on` has one use for each side. */
  readonly selectors: readonly Selector[];
}

/** Every `by`, `without`, `on`, `ignoring` and `group_left(…)` of an expression. */
function labelUsesOf(
  root: SyntaxNode,
  text: string,
  selectorsIn: (node: SyntaxNode) => readonly Selector[],
): readonly LabelUse[] {
  const aggregations = nodesOf(root, 'AggregateExpr').flatMap((node) => ofAggregation(node, text, selectorsIn));
  const joins = nodesOf(root, 'BinaryExpr').flatMap((node) => ofJoin(node, text, selectorsIn));
  return [...aggregations, ...joins];
}

function ofAggregation(
  node: SyntaxNode,
  text: string,
  selectorsIn: (node: SyntaxNode) => readonly Selector[],
): readonly LabelUse[] {
  const modifier = node.getChild('AggregateModifier');
  const body = node.getChild('FunctionCallBody');
  const labels = modifier?.getChild('GroupingLabels');
  if (!modifier || !labels || !body) return [];
  const role = modifier.getChild('By') ? 'by' : 'without';
  return namesIn(labels, text).map((label) => ({ role, label, selectors: selectorsIn(body) }));
}

function ofJoin(node: SyntaxNode, text: string, selectorsIn: (node: SyntaxNode) => readonly Selector[]): readonly LabelUse[] {
  const clause = node.getChild('MatchingModifierClause');
  const [left, right] = [node.firstChild, node.lastChild];
  if (!clause || !left || !right) return [];
  const group = clause.getChild('GroupLeft') ?? clause.getChild('GroupRight');
  const lists = clause.getChildren('GroupingLabels');
  const matching = lists.find(({ from }) => group === null || from < group.from);
  const copied = lists.find(({ from }) => group !== null && from > group.from);
  const role = clause.getChild('On') ? 'on' : 'ignoring';
  const sides = [selectorsIn(left), selectorsIn(right)];
  const source = group?.name === 'GroupRight' ? left : right;
  return [
    ...(matching ? namesIn(matching, text) : []).flatMap((label) =>
      sides.map((selectors) => ({ role, label, selectors }) as const),
    ),
    ...(copied ? namesIn(copied, text) : []).map((label) => ({ role: 'group', label, selectors: selectorsIn(source) }) as const),
  ];
}

function namesIn(labels: SyntaxNode, text: string): readonly string[] {
  return nodesOf(labels, 'LabelName', 'QuotedLabelName').map(({ from, to }) => unquoted(text.slice(from, to)));
}

/**
 * An expression as Prometheus can evaluate it: a matcher whose value has a variable of Grafana accepts anything.
 * `a{b="$c",d="e"}` becomes `a{b=~".*",d="e"}`.
 */
export function withoutVariableMatchers(expression: string): string {
  const { topNode } = parser.parse(expression);
  const replacements = nodesOf(topNode, 'UnquotedLabelMatcher', 'QuotedLabelMatcher').flatMap((matcher) => {
    const [name, value] = [matcher.firstChild, matcher.lastChild];
    if (!name || !value || !hasVariable(unquoted(expression.slice(value.from, value.to)))) return [];
    return [{ from: name.to, to: value.to }];
  });
  return [...replacements]
    .sort((a, b) => b.from - a.from)
    .reduce((text, { from, to }) => `${text.slice(0, from)}=~".*"${text.slice(to)}`, expression);
}
