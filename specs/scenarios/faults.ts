import type { Row } from './row.ts';

/** What the API says at one time. */
export interface Reading {
  /** What Prometheus is to tell. */
  readonly must: readonly Row[];
  /** What it may tell besides: what the API's objects do not decide. */
  readonly may?: readonly Row[];
}

/** What a scenario has brought about, or put right. */
export interface Effect {
  /** As the end of a sentence that begins with 'expected'. */
  readonly what: string;
  /** The rows that are to be told now. */
  readonly told?: readonly Row[];
  /** The rows that are to be told no more. */
  readonly gone?: readonly Row[];
  /** How long it may take, in milliseconds, where it has yet to come about. */
  readonly within?: number;
}

/**
 * What is wrong with what Prometheus tells, a line each.
 * @param readings what the API has said within the time that a change takes to be told, so that what has changed since may be either
 */
export function faultsOf(
  told: readonly Row[],
  readings: readonly Reading[],
  { told: wanted = [], gone = [] }: Effect,
): readonly string[] {
  const [first, ...others] = readings.map(({ must }) => new Set(must));
  const lasting = [...(first ?? [])].filter((row) => others.every((rows) => rows.has(row)));
  const ever = new Set(readings.flatMap(({ must, may = [] }) => [...must, ...may]));
  const all = new Set(told);
  return [
    ...named(
      'not told',
      [...new Set([...lasting, ...wanted])].filter((row) => !all.has(row)),
    ),
    ...named(
      'told, and the API does not say so',
      told.filter((row) => !ever.has(row) && !gone.includes(row)),
    ),
    ...named(
      'still told',
      gone.filter((row) => all.has(row)),
    ),
  ];
}

function named(what: string, rows: readonly Row[]): readonly string[] {
  return rows.length === 0 ? [] : [`${what}: ${written(rows)}`];
}

/** As many as one can read. */
export function written(rows: readonly Row[]): string {
  const shown = rows.slice(0, 12).join(', ');
  return rows.length > 12 ? `${shown} and ${rows.length - 12} more` : shown || 'nothing';
}
