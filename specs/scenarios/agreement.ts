import { freshnessBound } from '../../helpers/exporter/installed.ts';
import type { PrometheusError } from '../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { waitFor } from '../../helpers/wait.ts';
import { type Effect, faultsOf, type Reading, written } from './faults.ts';
import { type Pace, paceOf, patience } from './pace.ts';
import type { Row } from './row.ts';

/** What Prometheus tells by a rule, and what the API says of the same. */
export interface Claim {
  /** `alert JobFailed` */
  readonly name: string;
  /** The rows, or why there are none. */
  told(context: RequirementContext): Promise<readonly Row[] | PrometheusError>;
  read(context: RequirementContext): Promise<Reading>;
  /** For how long what has been is told on, in milliseconds: the window of a range over which the rule looks back. */
  readonly lookback?: (pace: Pace) => number;
}

/**
 * Waits until Prometheus tells what the API says, all of it and nothing else. What has changed within the time that a change takes
 * to be told may be told as it was or as it is.
 * @returns what is told in the end
 */
export async function agrees(context: RequirementContext, claim: Claim, effect: Effect): Promise<readonly Row[]> {
  const pace = await paceOf(context);
  const lookback = claim.lookback?.(pace) ?? 0;
  const within = effect.within ?? patience;
  // A change of an object counts once it is older than that.
  const lag = pace.untilTold(freshnessBound);
  const readings: { readonly at: number; readonly reading: Reading }[] = [];
  const { rows } = await waitFor({
    what: `${effect.what}: ${claim.name} as the API says`,
    within: pace.untilTold(within) + lookback,
    observe: async () => {
      const reading = await claim.read(context);
      const told = await claim.told(context);
      const at = performance.now();
      readings.push({ at, reading });
      const recent = readings.filter((one) => one.at >= at - lag - lookback).map((one) => one.reading);
      return 'error' in told ? { rows: [], faults: [told.error] } : { rows: told, faults: faultsOf(told, recent, effect) };
    },
    until: ({ faults }) => faults.length === 0,
    describe: ({ rows: told, faults }) => [...faults, `told in all: ${written(told)}`].join('\n'),
  });
  return rows;
}
