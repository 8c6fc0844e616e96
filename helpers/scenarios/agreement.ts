import { freshnessBound } from '../freshness/bound.ts';
import type { RequirementContext } from '../requirement/context.ts';
import { seconds, waitFor } from '../wait.ts';
import type { Row } from './row.ts';

/** What the API says at one time. */
export interface Reading {
  /** What Prometheus is to tell. */
  readonly must: readonly Row[];
  /** What it may tell besides: what the API's objects do not decide. */
  readonly may?: readonly Row[];
}

/** What Prometheus tells by a rule, and what the API says of the same. */
export interface Claim {
  /** `alert JobFailed` */
  readonly name: string;
  /** The rows, or why there are none. */
  told(context: RequirementContext): Promise<readonly Row[] | { readonly error: string }>;
  read(context: RequirementContext): Promise<Reading>;
}

/** What a scenario has brought about, or put right. */
export interface Effect {
  /** As the end of a sentence that begins with 'wanted'. */
  readonly what: string;
  /** The rows that are to be told now. */
  readonly told?: readonly Row[];
  /** The rows that are to be told no more. */
  readonly gone?: readonly Row[];
}

/** How long Prometheus may take: the exporter's own bound, a scrape, an evaluation, and what a busy machine adds. */
const patience = seconds(15);

/** A change of an object counts once it is older than this: the exporter's bound, and a scrape and an evaluation after it. */
const lag = freshnessBound + seconds(2);

/**
 * Waits until Prometheus tells what the API says, all of it and nothing else. What has changed within the time that a change takes
 * to be told may be told as it was or as it is.
 * @returns what is told in the end
 */
export async function agrees(context: RequirementContext, claim: Claim, effect: Effect): Promise<readonly Row[]> {
  const readings: { readonly at: number; readonly reading: Reading }[] = [];
  const { rows } = await waitFor({
    what: `${effect.what}: ${claim.name} as the API says`,
    within: patience,
    every: 500,
    observe: async () => {
      const reading = await claim.read(context);
      const told = await claim.told(context);
      const at = performance.now();
      readings.push({ at, reading });
      const recent = readings.filter((one) => one.at >= at - lag).map((one) => one.reading);
      return 'error' in told ? { rows: [], faults: [told.error] } : { rows: told, faults: faultsOf(told, recent, effect) };
    },
    until: ({ faults }) => faults.length === 0,
    describe: ({ rows: told, faults }) => [...faults, `told in all: ${list(told)}`].join('\n'),
  });
  return rows;
}

function faultsOf(
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
  return rows.length === 0 ? [] : [`${what}: ${list(rows)}`];
}

/** As many as one can read. */
function list(rows: readonly Row[]): string {
  const shown = rows.slice(0, 12).join(', ');
  return rows.length > 12 ? `${shown} and ${rows.length - 12} more` : shown || 'nothing';
}
