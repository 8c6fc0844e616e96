import type { ResultRow } from '../../helpers/prometheus/prometheus.ts';

/** A row of a result as text, so that a row of Prometheus and one that follows from the API can be compared. */
export type Row = string;

/** `{namespace="a", pod="b"} 1`, or only a number; without a value when it is always the same. */
export function rowOf(labels: Readonly<Record<string, string>>, value?: number): Row {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}=${JSON.stringify(text)}`);
  return [...(pairs.length > 0 ? [`{${pairs.join(', ')}}`] : []), value ?? ''].join(' ').trim();
}

/** A row of Prometheus with the given labels in this order, as far as it has them. */
export function selectLabels({ labels, value }: ResultRow, names: readonly string[], { valued = false } = {}): Row {
  const pairs = names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]]));
  return rowOf(Object.fromEntries(pairs) as Record<string, string>, valued ? Number(value) : undefined);
}

/** The rows of a rule according to the objects of the API. */
export interface ApiRows {
  readonly required: readonly Row[];
  /** Rows that may be present besides, as the objects do not decide. */
  readonly optional?: readonly Row[];
}

/** The rows of a scenario's own objects. */
export interface ScenarioRows {
  readonly present?: readonly Row[];
  /** Those that Prometheus has had, which of `present` need not be there any more. */
  readonly seen?: ReadonlySet<Row>;
  readonly absent?: readonly Row[];
}

/**
 * The differences between the rows of Prometheus and the API, a line each.
 * @param readings of the API within the time that a change takes to reach Prometheus: rows that not all of them have may be present or not
 */
export function differences(
  actual: readonly Row[],
  readings: readonly ApiRows[],
  { present = [], seen, absent = [] }: ScenarioRows,
): readonly string[] {
  const [first, ...later] = readings.map(({ required }) => new Set(required));
  const lasting = [...(first ?? [])].filter((row) => later.every((rows) => rows.has(row)));
  const possible = new Set(readings.flatMap(({ required, optional = [] }) => [...required, ...optional]));
  const rows = new Set(actual);
  return [
    ...lineOf(
      'missing',
      [...new Set([...lasting, ...present.filter((row) => !seen?.has(row))])].filter((row) => !rows.has(row)),
    ),
    ...lineOf(
      'not according to the API',
      actual.filter((row) => !possible.has(row) && !absent.includes(row)),
    ),
    ...lineOf(
      'still present',
      absent.filter((row) => rows.has(row)),
    ),
  ];
}

function lineOf(label: string, rows: readonly Row[]): readonly string[] {
  return rows.length === 0 ? [] : [`${label}: ${listRows(rows)}`];
}

/** At most twelve rows, and the number of the others. */
export function listRows(rows: readonly Row[]): string {
  const shown = rows.slice(0, 12).join(', ');
  return rows.length > 12 ? `${shown} and ${rows.length - 12} more` : shown || 'no row';
}
