import { ask } from '../../helpers/exporter/exporter.ts';
import { freshnessBound } from '../../helpers/exporter/freshness-bound.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { seconds } from '../../helpers/wait.ts';

/** Users have half a minute; here, waits are to be for the exporter and not for the next scrape. */
const shortest = seconds(1);

/** How long it may take until something can be scraped, in milliseconds: the exporter's own bound, and what a busy machine adds. */
export const patience = freshnessBound + seconds(8);

/** How often Prometheus scrapes and evaluates, and what follows from it. */
export class Pace {
  /** @param interval in milliseconds */
  constructor(readonly interval: number) {}

  /** The shortest interval, in whole seconds, in which an exporter has time to answer a scrape that takes so many milliseconds. */
  static for(scrape: number): Pace {
    return new Pace(Math.max(shortest, Math.ceil((4 * scrape) / 1000) * 1000));
  }

  /** The interval as Prometheus writes it. */
  get duration(): string {
    return `${this.interval / 1000}s`;
  }

  /** For how long after a restart the alert on restarts tells of it, in milliseconds: as long as one can wait for. */
  get restartWindow(): number {
    return 8 * this.interval;
  }

  /** How long something may take to be told by Prometheus that takes so many milliseconds itself: a scrape and an evaluation more. */
  untilTold(milliseconds: number): number {
    return milliseconds + 2 * this.interval;
  }
}

/** The pace of a run's Prometheus: slower in a big cluster, where a scrape takes seconds. */
export const paceOf = memoizePerContext(async ({ client, exporter, target }: RequirementContext) => {
  const pod = await exporter.pod();
  const begun = performance.now();
  await ask(client, pod, target.ports.metrics.number, '/metrics');
  return Pace.for(performance.now() - begun);
});
