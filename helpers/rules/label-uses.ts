import type { Selector } from './selector.ts';
import { unquoted } from './string-literal.ts';
import { nodesOf, type SyntaxNode } from './syntax.ts';

/** How an expression depends on a label. `group` is a label that a join takes over: `group_left(label_release)`. */
export type LabelRole = 'by' | 'without' | 'on' | 'ignoring' | 'group';

/** A label that an expression names, and the selectors whose series would have it. */
export interface LabelUse {
  readonly role: LabelRole;
  readonly label: string;
  /** For a join, those of one of its sides; a label of `on` has a use for each side. */
  readonly selectors: readonly Selector[];
}

/** Every `by`, `without`, `on`, `ignoring` and `group_left(…)` of an expression. */
export function labelUsesOf(
  root: SyntaxNode,
  text: string,
  beneath: (node: SyntaxNode) => readonly Selector[],
): readonly LabelUse[] {
  const aggregations = nodesOf(root, 'AggregateExpr').flatMap((node) => ofAggregation(node, text, beneath));
  const joins = nodesOf(root, 'BinaryExpr').flatMap((node) => ofJoin(node, text, beneath));
  return [...aggregations, ...joins];
}

function ofAggregation(node: SyntaxNode, text: string, beneath: (node: SyntaxNode) => readonly Selector[]): readonly LabelUse[] {
  const modifier = node.getChild('AggregateModifier');
  const body = node.getChild('FunctionCallBody');
  const labels = modifier?.getChild('GroupingLabels');
  if (!modifier || !labels || !body) return [];
  const role = modifier.getChild('By') ? 'by' : 'without';
  return namesIn(labels, text).map((label) => ({ role, label, selectors: beneath(body) }));
}

function ofJoin(node: SyntaxNode, text: string, beneath: (node: SyntaxNode) => readonly Selector[]): readonly LabelUse[] {
  const clause = node.getChild('MatchingModifierClause');
  const [left, right] = [node.firstChild, node.lastChild];
  if (!clause || !left || !right) return [];
  const group = clause.getChild('GroupLeft') ?? clause.getChild('GroupRight');
  const lists = clause.getChildren('GroupingLabels');
  const matching = lists.find(({ from }) => group === null || from < group.from);
  const taken = lists.find(({ from }) => group !== null && from > group.from);
  const role = clause.getChild('On') ? 'on' : 'ignoring';
  const sides = [beneath(left), beneath(right)];
  const one = group?.name === 'GroupRight' ? left : right;
  return [
    ...(matching ? namesIn(matching, text) : []).flatMap((label) =>
      sides.map((selectors) => ({ role, label, selectors }) as const),
    ),
    ...(taken ? namesIn(taken, text) : []).map((label) => ({ role: 'group', label, selectors: beneath(one) }) as const),
  ];
}

function namesIn(labels: SyntaxNode, text: string): readonly string[] {
  return nodesOf(labels, 'LabelName', 'QuotedLabelName').map(({ from, to }) => unquoted(text.slice(from, to)));
}
