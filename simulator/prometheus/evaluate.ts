import { parser } from '@prometheus-io/lezer-promql';
import { parseExpression } from '../../helpers/prometheus/rules/expression.ts';
import { accepts } from '../../helpers/prometheus/rules/surface.ts';
import { nodesOf, type Selector, type SyntaxNode, selectorOf } from '../../helpers/prometheus/rules/syntax.ts';
import { binary } from './binary.ts';
import { secondsOf } from './configuration.ts';
import type { Element, Labels, Series, SeriesStore, Value } from './series.ts';

/**
 * Evaluates an expression at an instant.
 * @throws Error for a syntax error, an unsupported expression, or vectors that do not match
 */
export function evaluate(expression: string, store: SeriesStore, at: number): Value {
  return compile(expression)(store, at);
}

/**
 * Parses the part of PromQL that rules and requirements use: selectors, `changes`, `sum`, `count`, comparisons, products, `and` and
 * `unless`, with `on` and `group_left`.
 * @returns evaluates it at an instant
 * @throws Error for a syntax error
 */
export function compile(expression: string): (store: SeriesStore, at: number) => Value {
  const { topNode } = parser.parse(expression);
  const [fault] = parseExpression(expression).faults;
  const root = topNode.firstChild;
  if (fault || !root) throw new Error(`parse error: ${fault?.message ?? 'no expression'}`);
  return (store, at) => valueOfRoot(root, expression, store, at);
}

function valueOfRoot(root: SyntaxNode, expression: string, store: SeriesStore, at: number): Value {
  return resultOf(root);

  function resultOf(node: SyntaxNode): Value {
    switch (node.name) {
      case 'NumberDurationLiteral':
        return Number(textOf(node));
      case 'ParenExpr':
        return resultOf(node.firstChild as SyntaxNode);
      case 'VectorSelector':
        return [...selected(node)].flatMap((series) => elementOf(series.labels, series.valueAt(at)));
      case 'FunctionCall':
        return functionOf(node);
      case 'AggregateExpr':
        return aggregated(node);
      case 'BinaryExpr':
        return binary(node, textOf, resultOf);
      default:
        throw new Error(`simulated: unsupported ${node.name}: ${textOf(node)}`);
    }
  }

  function functionOf(node: SyntaxNode): Value {
    const [matrix] = nodesOf(node, 'MatrixSelector');
    const name = textOf(node.firstChild as SyntaxNode);
    const [selector] = matrix ? nodesOf(matrix, 'VectorSelector') : [];
    if (name !== 'changes' || !matrix || !selector) throw new Error(`simulated: unsupported function: ${name}`);
    const window = secondsOf(textOf(matrix.lastChild as SyntaxNode).replace(/[[\]]/g, ''));
    return [...selected(selector)].flatMap((series) => {
      const values = series.valuesWithin(at, window);
      return values.length === 0 ? [] : [{ labels: unnamed(series.labels), value: changesIn(values) }];
    });
  }

  function aggregated(node: SyntaxNode): Value {
    const operator = textOf(node.firstChild as SyntaxNode);
    const modifier = node.getChild('AggregateModifier');
    const names = modifier ? nodesOf(modifier, 'LabelName').map(textOf) : [];
    const body = node.getChild('FunctionCallBody')?.firstChild;
    const vector = body ? resultOf(body) : 0;
    if (typeof vector === 'number' || !['sum', 'count'].includes(operator))
      throw new Error(`simulated: unsupported aggregation: ${operator}`);
    const groups = new Map<string, Element>();
    for (const { labels, value } of vector) {
      const group = Object.fromEntries(names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])));
      const key = JSON.stringify(group);
      const sum = groups.get(key)?.value ?? 0;
      groups.set(key, { labels: group as Labels, value: sum + (operator === 'sum' ? value : 1) });
    }
    return [...groups.values()];
  }

  function selected(node: SyntaxNode): Iterable<Series> {
    return seriesOf(store, selectorOf(node, expression));
  }

  function textOf({ from, to }: SyntaxNode): string {
    return expression.slice(from, to);
  }
}

function* seriesOf(store: SeriesStore, { metric, matchers }: Selector): Iterable<Series> {
  const ofName = matchers.filter(({ label }) => label === '__name__');
  const others = matchers.filter(({ label }) => label !== '__name__');
  const isNamed = (name: string) =>
    (metric === undefined || metric === name) && ofName.every((matcher) => accepts(matcher, { __name__: name }));
  for (const series of store.named(isNamed)) {
    if (others.every((matcher) => accepts(matcher, series.labels))) yield series;
  }
}

function elementOf(labels: Labels, value: number | undefined): readonly Element[] {
  return value === undefined ? [] : [{ labels, value }];
}

/** The labels without the metric name, which computed elements do not have. */
export function unnamed({ __name__: _, ...labels }: Labels): Labels {
  return labels;
}

function changesIn(values: readonly number[]): number {
  return values.filter((value, index) => index > 0 && value !== values[index - 1]).length;
}
