import { parser } from '@prometheus-io/lezer-promql';
import { regularExpression } from './match.ts';
import { type Selector, selectorOf } from './selector.ts';
import { nodesOf, type SyntaxNode, unquoted } from './syntax.ts';

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
}

/** Parses an expression with Prometheus' own grammar. Never throws: syntax errors are in `faults`. */
export function parseExpression(text: string): Expression {
  const { topNode } = parser.parse(text);
  const selectors = new Map(nodesOf(topNode, 'VectorSelector').map((node) => [node.from, selectorOf(node, text)]));
  const selectorsIn = (node: SyntaxNode) => nodesOf(node, 'VectorSelector').flatMap(({ from }) => selectors.get(from) ?? []);
  const list = [...selectors.values()];
  const faults = [...faultsOf(topNode, text), ...list.flatMap((selector) => invalidPatterns(selector, text))];
  return { selectors: list, labels: labelUsesOf(topNode, text, selectorsIn), faults };
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
 * Restricts every selector of an expression to the series of one scrape job:
 * `a{b="c"} / d` becomes `a{job="new",b="c"} / d{job="new"}`.
 */
export function forJob(expression: string, job: string): string {
  const { topNode } = parser.parse(expression);
  const matcher = `job="${job}"`;
  const insertions = nodesOf(topNode, 'VectorSelector').map((selector) => {
    const list = selector.getChild('LabelMatchers');
    if (!list) return { at: selector.to, text: `{${matcher}}` };
    return { at: list.from + 1, text: list.firstChild ? `${matcher},` : matcher };
  });
  return [...insertions]
    .sort((a, b) => b.at - a.at)
    .reduce((text, { at, text: inserted }) => text.slice(0, at) + inserted + text.slice(at), expression);
}
