import { parser } from '@prometheus-io/lezer-promql';
import { parseExpression } from '../../helpers/prometheus/rules/expression.ts';
import { accepts } from '../../helpers/prometheus/rules/matcher.ts';
import { nodesOf, type Selector, type SyntaxNode, selectorOf } from '../../helpers/prometheus/rules/syntax.ts';
import { secondsOf } from './discovery.ts';
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
  const nameMatchers = matchers.filter(({ label }) => label === '__name__');
  const byName = metric === undefined ? nameMatchers : [];
  const others = matchers.filter(({ label }) => label !== '__name__');
  const isNamed = (name: string) => byName.every((matcher) => accepts(matcher, { __name__: name }));
  const candidates = metric !== undefined && byName.length === 0 ? store.ofMetric(metric) : store.named(isNamed);
  for (const series of candidates) {
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

type Operation = (left: number, right: number) => number | undefined;

/** Computes a value; undefined when a comparison does not hold, so that the element is dropped. */
const operations: Readonly<Record<string, Operation>> = {
  Mul: (left, right) => left * right,
  Gtr: (left, right) => (left > right ? left : undefined),
  Eql: (left, right) => (left === right ? left : undefined),
  EqlSingle: (left, right) => (left === right ? left : undefined),
};

interface Matching {
  /** The labels of `on`; undefined to match all but the name. */
  readonly on: readonly string[] | undefined;
  /** The labels of `group_left`; undefined for one-to-one matching. */
  readonly include: readonly string[] | undefined;
}

/** Evaluates a binary expression. Source: Prometheus, Querying: operators, vector matching. */
function binary(node: SyntaxNode, textOf: (node: SyntaxNode) => string, resultOf: (node: SyntaxNode) => Value): Value {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  const [leftNode, operator, ...rest] = children;
  const rightNode = rest.at(-1);
  const clause = node.getChild('MatchingModifierClause');
  if (!leftNode || !operator || !rightNode) throw new Error(`simulated: unsupported operation: ${textOf(node)}`);
  const [left, right] = [resultOf(leftNode), resultOf(rightNode)];
  const matching = matchingOf(clause, textOf);
  if (operator.name === 'And' || operator.name === 'Unless') {
    const keys = new Set(vector(right).map((element) => keyOf(element.labels, matching.on)));
    return vector(left).filter(({ labels }) => keys.has(keyOf(labels, matching.on)) === (operator.name === 'And'));
  }
  const operation = operations[operator.name];
  if (!operation) throw new Error(`simulated: unsupported operator: ${textOf(operator)}`);
  const keepsName = operator.name !== 'Mul';
  if (typeof right === 'number')
    return vector(left).flatMap((element) => computed(element, operation(element.value, right), keepsName));
  return joined(vector(left), right, matching, operation);
}

function joined(left: readonly Element[], right: readonly Element[], { on, include }: Matching, operation: Operation): Value {
  const rightByKey = new Map<string, Element>();
  for (const element of right) {
    const key = keyOf(element.labels, on);
    if (rightByKey.has(key))
      throw new Error(
        `found duplicate series for the match group ${key} on the right hand-side of the operation; many-to-many matching not allowed`,
      );
    rightByKey.set(key, element);
  }
  const matchedKeys = new Set<string>();
  return left.flatMap((many) => {
    const key = keyOf(many.labels, on);
    const match = rightByKey.get(key);
    if (!match) return [];
    if (include === undefined && matchedKeys.has(key))
      throw new Error('multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)');
    matchedKeys.add(key);
    const copied = Object.fromEntries(
      (include ?? []).flatMap((name) => (match.labels[name] === undefined ? [] : [[name, match.labels[name]]])),
    );
    const labels = include === undefined && on ? pick(many.labels, on) : { ...many.labels, ...copied };
    return computed({ ...many, labels: labels as Labels }, operation(many.value, match.value), false);
  });
}

function computed({ labels }: Element, value: number | undefined, keepsName: boolean): readonly Element[] {
  if (value === undefined) return [];
  const { __name__: name, ...unnamed } = labels;
  return [{ labels: keepsName && name !== undefined ? labels : unnamed, value }];
}

function matchingOf(clause: SyntaxNode | null, textOf: (node: SyntaxNode) => string): Matching {
  if (!clause) return { on: undefined, include: undefined };
  if (!clause.getChild('On')) throw new Error(`simulated: only on() is supported in ${textOf(clause)}`);
  const lists = clause.getChildren('GroupingLabels').map((list) => nodesOf(list, 'LabelName').map(textOf));
  return { on: lists[0] ?? [], include: clause.getChild('GroupLeft') ? (lists[1] ?? []) : undefined };
}

function keyOf(labels: Labels, on: readonly string[] | undefined): string {
  const { __name__: _, ...own } = labels;
  return JSON.stringify(on ? on.map((name) => own[name] ?? '') : Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function pick(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]]))) as Labels;
}

function vector(value: Value): readonly Element[] {
  if (typeof value === 'number') throw new Error('simulated: expected a vector, got a number');
  return value;
}
