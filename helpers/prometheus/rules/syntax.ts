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
