import type { parser } from '@prometheus-io/lezer-promql';

type Tree = ReturnType<typeof parser.parse>;

/** A node of the grammar's tree. */
export type SyntaxNode = Tree['topNode'];

/** All nodes with one of the names, root included, in the order of the text. */
export function nodesOf(root: SyntaxNode, ...names: readonly string[]): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const cursor = root.cursor();
  do {
    if (names.includes(cursor.name)) found.push(cursor.node);
  } while (cursor.next() && cursor.from < root.to);
  return found.filter(({ from, to }) => from >= root.from && to <= root.to);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

/**
 * The value of a PromQL string literal: Go's escapes in double or single quotes, none in backticks.
 * Returns anything else unchanged. Source: Prometheus, 'Querying basics', string literals.
 */
export function unquoted(literal: string): string {
  const quote = literal[0];
  if (quote === '`') return literal.slice(1, -1);
  if (quote !== '"' && quote !== "'") return literal;
  return literal
    .slice(1, -1)
    .replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/g, (_, sequence: string) => character(sequence));
}

function character(sequence: string): string {
  const [kind = ''] = sequence;
  if (/^[xuU]/.test(sequence) && sequence.length > 1) return String.fromCodePoint(Number.parseInt(sequence.slice(1), 16));
  if (/^[0-7]{3}$/.test(sequence)) return String.fromCodePoint(Number.parseInt(sequence, 8));
  return escapes[kind] ?? sequence;
}

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
