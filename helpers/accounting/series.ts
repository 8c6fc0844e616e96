import type { Labels } from '../exposition/model.ts';
import { writeValue } from '../go-number.ts';

interface Shape {
  readonly id: string;
  readonly names: readonly string[];
}

const shapes = new Map<string, Shape>();

/** A key that two label sets share if and only if they have the same names and values, in any order. */
export function seriesKey(labels: Labels): string {
  const shape = shapeOf(Object.keys(labels));
  let key = shape.id;
  for (const name of shape.names) {
    const value = labels[name] ?? '';
    key += `${value.length}:${value}`;
  }
  return key;
}

/** The sorted names, cached, as nearly all series of a family have the same names in the same order. */
function shapeOf(unsorted: readonly string[]): Shape {
  const text = unsorted.join(',');
  const cached = shapes.get(text);
  if (cached) return cached;
  const names = [...unsorted].sort();
  const shape = { id: `${names.join(',')}|`, names };
  shapes.set(text, shape);
  return shape;
}

/** A sample as a line of the text format: `kube_pod_info{namespace="a",pod="b"} 1`. */
export function writeSample(name: string, labels: Labels, value: number): string {
  return `${writeSeries(name, labels)} ${writeValue(value)}`;
}

/** A series in the text format: `kube_pod_info{namespace="a",pod="b"}`. */
export function writeSeries(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}
