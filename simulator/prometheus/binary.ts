import { nodesOf, type SyntaxNode } from '../../helpers/rules/syntax.ts';
import type { Element, Value } from './evaluate.ts';
import type { Labels } from './series.ts';

type Operation = (left: number, right: number) => number | undefined;

/** What two values come to; undefined where a comparison does not hold, and its element is left out. */
const operations: Readonly<Record<string, Operation>> = {
  Mul: (left, right) => left * right,
  Gtr: (left, right) => (left > right ? left : undefined),
  Eql: (left, right) => (left === right ? left : undefined),
  EqlSingle: (left, right) => (left === right ? left : undefined),
};

interface Matching {
  /** The labels that must be the same; all but the name where they are not told. */
  readonly on: readonly string[] | undefined;
  /** The labels that the many take from the one; undefined where it is one to one. */
  readonly include: readonly string[] | undefined;
}

/** Source: Prometheus, Querying: operators, vector matching. */
export function binary(node: SyntaxNode, textOf: (node: SyntaxNode) => string, resultOf: (node: SyntaxNode) => Value): Value {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  const [leftNode, operator, ...rest] = children;
  const rightNode = rest.at(-1);
  const clause = node.getChild('MatchingModifierClause');
  if (!leftNode || !operator || !rightNode) throw new Error(`simulated: no such operation: ${textOf(node)}`);
  const [left, right] = [resultOf(leftNode), resultOf(rightNode)];
  const matching = matchingOf(clause, textOf);
  if (operator.name === 'And' || operator.name === 'Unless') {
    const others = new Set(vector(right).map((element) => keyOf(element.labels, matching.on)));
    return vector(left).filter(({ labels }) => others.has(keyOf(labels, matching.on)) === (operator.name === 'And'));
  }
  const operation = operations[operator.name];
  if (!operation) throw new Error(`simulated: no operator ${textOf(operator)}`);
  const keepsName = operator.name !== 'Mul';
  if (typeof right === 'number') return vector(left).flatMap((one) => computed(one, operation(one.value, right), keepsName));
  return joined(vector(left), right, matching, operation);
}

function joined(left: readonly Element[], right: readonly Element[], { on, include }: Matching, operation: Operation): Value {
  const ones = new Map<string, Element>();
  for (const element of right) {
    const key = keyOf(element.labels, on);
    if (ones.has(key))
      throw new Error(
        `found duplicate series for the match group ${key} on the right hand-side of the operation; many-to-many matching not allowed`,
      );
    ones.set(key, element);
  }
  const seen = new Set<string>();
  return left.flatMap((many) => {
    const key = keyOf(many.labels, on);
    const one = ones.get(key);
    if (!one) return [];
    if (include === undefined && seen.has(key))
      throw new Error('multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)');
    seen.add(key);
    const taken = Object.fromEntries(
      (include ?? []).flatMap((name) => (one.labels[name] === undefined ? [] : [[name, one.labels[name]]])),
    );
    const labels = include === undefined && on ? pick(many.labels, on) : { ...many.labels, ...taken };
    return computed({ ...many, labels: labels as Labels }, operation(many.value, one.value), false);
  });
}

function computed({ labels }: Element, value: number | undefined, keepsName: boolean): readonly Element[] {
  if (value === undefined) return [];
  const { __name__: name, ...others } = labels;
  return [{ labels: keepsName && name !== undefined ? labels : others, value }];
}

function matchingOf(clause: SyntaxNode | null, textOf: (node: SyntaxNode) => string): Matching {
  if (!clause) return { on: undefined, include: undefined };
  if (!clause.getChild('On')) throw new Error(`simulated: only on() in ${textOf(clause)}`);
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
  if (typeof value === 'number') throw new Error('simulated: a vector is wanted, not a number');
  return value;
}
