import type { ResultRow } from '../../helpers/prometheus/prometheus.ts';

/** One fact as text, so that what the API says and what Prometheus tells can be held against each other. */
export type Row = string;

/** `{namespace="a", pod="b"} 1`, or a number alone; the value is left out where it says nothing. */
export function rowOf(labels: Readonly<Record<string, string>>, value?: number): Row {
  const written = Object.entries(labels).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
  return [...(written.length > 0 ? [`{${written.join(', ')}}`] : []), value ?? ''].join(' ').trim();
}

/** A row of a result with these of its labels, in this order; one that it does not have is left out. */
export function rowWith({ labels, value }: ResultRow, names: readonly string[], { valued = false } = {}): Row {
  const own = names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]]));
  return rowOf(Object.fromEntries(own) as Record<string, string>, valued ? Number(value) : undefined);
}
