import type { Labels } from '../exposition/model.ts';

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

/** A number in the shortest form of Go's `%g`, with an exponent for seven and more digits: `1.714e+09`, `0.25`. */
export function writeValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return '0';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
