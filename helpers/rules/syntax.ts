import type { parser } from '@prometheus-io/lezer-promql';

type Tree = ReturnType<typeof parser.parse>;

/** A node of the grammar's tree. */
export type SyntaxNode = Tree['topNode'];

/** All nodes of a name in a tree, itself included, in the order of the text. */
export function nodesOf(root: SyntaxNode, ...names: readonly string[]): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const cursor = root.cursor();
  do {
    if (names.includes(cursor.name)) found.push(cursor.node);
  } while (cursor.next() && cursor.from < root.to);
  return found.filter(({ from, to }) => from >= root.from && to <= root.to);
}
