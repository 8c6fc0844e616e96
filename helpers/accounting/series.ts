import type { Labels } from '../exposition/model.ts';

interface Shape {
  readonly id: string;
  readonly names: readonly string[];
}

const shapes = new Map<string, Shape>();

/** A text that two label sets share exactly when they hold the same names with the same values, in whatever order. */
export function seriesKey(labels: Labels): string {
  const written = Object.keys(labels);
  const shape = shapeOf(written);
  let key = shape.id;
  for (const name of shape.names) {
    const value = labels[name] ?? '';
    key += `${value.length}:${value}`;
  }
  return key;
}

/** The order of names is the same in nearly all series of a family, so sorting them is remembered. */
function shapeOf(written: readonly string[]): Shape {
  const text = written.join(',');
  const known = shapes.get(text);
  if (known) return known;
  const names = [...written].sort();
  const shape = { id: `${names.join(',')}|`, names };
  shapes.set(text, shape);
  return shape;
}

/** A sample as the exporter writes it: `kube_pod_info{namespace="a",pod="b"} 1`. */
export function writeSample(name: string, labels: Labels, value: number): string {
  return `${writeSeries(name, labels)} ${writeValue(value)}`;
}

/** A series as an exposition writes it, without a value. */
export function writeSeries(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

/** A number as Go's `%g` writes it in its shortest form, with an exponent from the seventh digit on: `1.714e+09`, `0.25`. */
export function writeValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return '0';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
