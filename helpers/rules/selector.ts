import { unquoted } from './string-literal.ts';
import type { SyntaxNode } from './syntax.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** One vector selector of an expression. */
export interface Selector {
  /** The metric's name; undefined where only a matcher of `__name__`, or nothing, tells it. */
  readonly metric: string | undefined;
  readonly matchers: readonly Matcher[];
  /** As it is written. */
  readonly text: string;
  /** Whether it stands on the right of `unless`: what it matches is excluded. */
  readonly excludes: boolean;
}

/** Reads a `VectorSelector` node of the grammar. */
export function selectorOf(node: SyntaxNode, text: string): Selector {
  const identifier = node.getChild('Identifier');
  const list = node.getChild('LabelMatchers');
  const quotedName = list?.getChild('QuotedLabelName');
  const matchers = [...(list?.getChildren('UnquotedLabelMatcher') ?? []), ...(list?.getChildren('QuotedLabelMatcher') ?? [])]
    .sort((a, b) => a.from - b.from)
    .flatMap((matcher) => matcherOf(matcher, text));
  const exact = matchers.find(({ label, operator }) => label === '__name__' && operator === '=');
  const written = identifier ?? quotedName;
  return {
    metric: written ? unquoted(text.slice(written.from, written.to)) : exact?.value,
    matchers,
    text: text.slice(node.from, node.to).replace(/\s+/g, ' '),
    excludes: isExcluded(node),
  };
}

function matcherOf(node: SyntaxNode, text: string): readonly Matcher[] {
  const [name, operator, value] = [node.firstChild, node.getChild('MatchOp'), node.lastChild];
  // What is half written is a fault of the expression, and no matcher.
  if (!name || !operator || value?.name !== 'StringLiteral') return [];
  const written = (part: SyntaxNode) => text.slice(part.from, part.to);
  return [{ label: unquoted(written(name)), operator: written(operator) as MatchOperator, value: unquoted(written(value)) }];
}

function isExcluded(node: SyntaxNode): boolean {
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    const { parent } = at;
    if (parent?.name === 'BinaryExpr' && parent.getChild('Unless') && parent.lastChild?.from === at.from) return true;
  }
  return false;
}
