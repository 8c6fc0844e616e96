import { type SyntaxNode, unquoted } from './syntax.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** A vector selector of an expression. */
export interface Selector {
  /** The metric name; undefined when no name or only a regular expression for `__name__` is given. */
  readonly metric: string | undefined;
  readonly matchers: readonly Matcher[];
  /** Its text in the expression. */
  readonly text: string;
  /** Whether it is on the right of `unless`, so that what it matches is excluded. */
  readonly excludes: boolean;
}

/** @param node a `VectorSelector` of the grammar */
export function selectorOf(node: SyntaxNode, text: string): Selector {
  const identifier = node.getChild('Identifier');
  const list = node.getChild('LabelMatchers');
  const quotedName = list?.getChild('QuotedLabelName');
  const matchers = [...(list?.getChildren('UnquotedLabelMatcher') ?? []), ...(list?.getChildren('QuotedLabelMatcher') ?? [])]
    .sort((a, b) => a.from - b.from)
    .flatMap((matcher) => matcherOf(matcher, text));
  const exact = matchers.find(({ label, operator }) => label === '__name__' && operator === '=');
  const nameNode = identifier ?? quotedName;
  return {
    metric: nameNode ? unquoted(text.slice(nameNode.from, nameNode.to)) : exact?.value,
    matchers,
    text: text.slice(node.from, node.to).replace(/\s+/g, ' '),
    excludes: isExcluded(node),
  };
}

function matcherOf(node: SyntaxNode, text: string): readonly Matcher[] {
  const [name, operator, value] = [node.firstChild, node.getChild('MatchOp'), node.lastChild];
  // An incomplete matcher is already a syntax error.
  if (!name || !operator || value?.name !== 'StringLiteral') return [];
  const textOf = (part: SyntaxNode) => text.slice(part.from, part.to);
  return [{ label: unquoted(textOf(name)), operator: textOf(operator) as MatchOperator, value: unquoted(textOf(value)) }];
}

function isExcluded(node: SyntaxNode): boolean {
  for (let current: SyntaxNode | null = node; current; current = current.parent) {
    const { parent } = current;
    if (parent?.name === 'BinaryExpr' && parent.getChild('Unless') && parent.lastChild?.from === current.from) return true;
  }
  return false;
}
