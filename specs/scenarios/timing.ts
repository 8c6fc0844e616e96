import { getFromPod } from '../../helpers/exporter/exporter.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { memoizePerContext } from '../../helpers/suite/context.ts';
import { seconds } from '../../helpers/wait.ts';

/** Users scrape every 30 s; here the requirements are to wait for the exporter, not for the next scrape. */
const shortestInterval = seconds(1);

/** How long a change may take until it can be scraped, in milliseconds: the exporter's bound, and 8 s for a busy machine. */
export const scrapeBudget = freshnessBound + seconds(8);

/** The scrape interval of the scenarios' Prometheus, and the times that follow from it. */
export class ScrapeTiming {
  /** @param interval between scrapes and between evaluations, in milliseconds */
  constructor(readonly interval: number) {}

  /** The shortest interval, in whole seconds, that is four times as long as a scrape, whose duration is in milliseconds. */
  static for(scrape: number): ScrapeTiming {
    return new ScrapeTiming(Math.max(shortestInterval, Math.ceil((4 * scrape) / 1000) * 1000));
  }

  /** The interval as Prometheus writes it: `1s`. */
  get duration(): string {
    return `${this.interval / 1000}s`;
  }

  /** The range of the alert on restarts, in milliseconds. */
  get restartWindow(): number {
    return 8 * this.interval;
  }

  /** Adds the time of a scrape and an evaluation, in milliseconds. */
  untilEvaluated(milliseconds: number): number {
    return milliseconds + 2 * this.interval;
  }
}

/** The timing of a run: slower on a big cluster, where a scrape takes seconds. A cluster that was booted for the run is small. */
export const timingOf = memoizePerContext(async ({ client, exporter, run, target }: RequirementContext) => {
  if (run.clusterKind === 'k3s') return new ScrapeTiming(shortestInterval);
  const pod = await exporter.pod();
  const begun = performance.now();
  await getFromPod(client, pod, target.ports.metrics.number, '/metrics');
  return ScrapeTiming.for(performance.now() - begun);
});
