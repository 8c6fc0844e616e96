import { parser } from '@prometheus-io/lezer-promql';
import { type LabelUse, labelUsesOf } from './label-uses.ts';
import { regularExpression } from './regular-expression.ts';
import { type Selector, selectorOf } from './selector.ts';
import { nodesOf, type SyntaxNode } from './syntax.ts';

/** A place in an expression where the grammar of PromQL breaks off; line and column from 1. */
export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** What an expression of PromQL asks for. */
export interface Expression {
  readonly selectors: readonly Selector[];
  /** The labels that the expression itself names, besides matchers. */
  readonly labels: readonly LabelUse[];
  readonly faults: readonly SyntaxFault[];
}

/** Reads an expression with Prometheus' own grammar. It never throws: what does not parse is in `faults`. */
export function parseExpression(text: string): Expression {
  const { topNode } = parser.parse(text);
  const selectors = new Map(nodesOf(topNode, 'VectorSelector').map((node) => [node.from, selectorOf(node, text)]));
  const beneath = (node: SyntaxNode) => nodesOf(node, 'VectorSelector').flatMap(({ from }) => selectors.get(from) ?? []);
  const all = [...selectors.values()];
  const faults = [...faultsOf(topNode, text), ...all.flatMap((selector) => faultyPatterns(selector, text))];
  return { selectors: all, labels: labelUsesOf(topNode, text, beneath), faults };
}

function faultsOf(root: SyntaxNode, text: string): readonly SyntaxFault[] {
  if (text.trim() === '') return [{ line: 1, column: 1, message: 'The expression is empty.' }];
  const found: SyntaxFault[] = [];
  const cursor = root.cursor();
  do {
    if (cursor.type.isError) found.push(faultAt(cursor.from, cursor.to, text));
  } while (cursor.next());
  return found.filter(
    ({ line, column }, index) => index === found.findIndex((one) => one.line === line && one.column === column),
  );
}

function faultAt(from: number, to: number, text: string): SyntaxFault {
  const before = text.slice(0, from).split('\n');
  const seen = text.slice(from, Math.max(to, from + 1)).trim();
  const message =
    seen === '' ? 'The expression ends here, and something is missing.' : `"${seen}" is not what PromQL allows here.`;
  return { line: before.length, column: (before.at(-1) ?? '').length + 1, message };
}

/** Regular expressions that cannot be read, at the place of their selector's first mention of them. */
function faultyPatterns({ matchers }: Selector, text: string): readonly SyntaxFault[] {
  return matchers.flatMap(({ operator, value }) => {
    if (!operator.endsWith('~') || regularExpression(value) !== undefined) return [];
    const at = Math.max(text.indexOf(value), 0);
    return [{ ...faultAt(at, at + value.length, text), message: `"${value}" is no regular expression.` }];
  });
}
