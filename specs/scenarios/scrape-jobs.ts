import { reachedAt } from '../../helpers/exporter/ports.ts';
import { verify } from '../../helpers/failure.ts';
import { isReady, type Pod } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { PrometheusApi, ScrapeTarget } from '../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { type Row, rowOf } from './comparison.ts';
import { type JobName, jobs, prefixOf } from './configuration.ts';
import { environmentOf } from './environment.ts';
import { scrapeBudget, timingOf } from './timing.ts';

/** From the start of Prometheus until its service discovery has found the targets. */
const discoveryBudget = seconds(18);

/**
 * Waits until the targets of a scrape job are exactly the metrics ports of the exporter's Ready pods, and all of them are up.
 * @returns the targets: `10.42.0.7:8080`
 */
export async function targetsAreTheExporter(context: RequirementContext, job: JobName): Promise<readonly string[]> {
  // Neither job finds the exporter by its Service before that, and the time limit is that of the discovery.
  await Promise.all(context.workloads.map((workload) => workload.servedPod()));
  return untilTargets(context, job, async () => {
    const pods = await Promise.all(
      context.workloads.map(async (workload) =>
        (await workload.pods()).filter(isReady).flatMap((pod) => instancesOf(workload, pod)),
      ),
    );
    return pods.flat();
  });
}

/** Waits until the copy of the exporter that exposes labels of pods is scraped. */
export async function copyIsScraped(context: RequirementContext): Promise<void> {
  const { copy } = await environmentOf(context);
  await untilTargets(context, jobs.labels, async () => instancesOf(context, await context.client.get<Pod>(referenceOf(copy))));
}

/**
 * Waits until a Prometheus scrapes every pod that the workloads are to have: a StatefulSet starts its pods one after the other.
 * @throws NotObserved with the targets that are missing, too many or down
 */
export async function everyPodIsScraped(context: RequirementContext, prometheus: PrometheusApi): Promise<void> {
  await Promise.all(context.workloads.map((workload) => workload.instances()));
  await waitFor({
    what: 'every pod of the exporter as a target that is up',
    within: (await timingOf(context)).untilEvaluated(discoveryBudget),
    observe: async () => {
      const targets = await prometheus.targets();
      const pods = await Promise.all(context.workloads.map((workload) => workload.pods()));
      return 'error' in targets ? [targets.error] : outdatedTargets(targets, context.workloads, pods);
    },
    until: (faults) => faults.length === 0,
    describe: (faults) => faults.join('\n'),
  });
}

/** When Prometheus scraped the exporter: a rule that looks back misses what changed between two scrapes that are further apart. */
export class ObservedScrapes {
  /** The ends of scrapes that succeeded, in milliseconds since 1970, in their order. */
  private readonly times = new Set<number>();

  constructor(private readonly prometheus: PrometheusApi) {}

  async observe(): Promise<void> {
    const targets = await this.prometheus.targets();
    // The rule is read beside it, with what is wrong with Prometheus.
    if ('error' in targets) return;
    for (const { job, health, scrapedAt } of targets)
      if (job === jobs.kubernetes && health === 'up' && scrapedAt !== undefined) this.times.add(scrapedAt);
  }

  /** `38 scrapes were seen to succeed meanwhile, at most 1.2 s apart` */
  describe(): string {
    const times = [...this.times];
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
    const longest = gaps.length === 0 ? '' : `, at most ${(Math.max(...gaps) / 1000).toFixed(1)} s apart`;
    return `${times.length} scrapes were seen to succeed meanwhile${longest}`;
  }
}

/** The label `instance` of a pod's metrics port; empty while the pod has no address. */
function instancesOf({ target }: Pick<RequirementContext, 'target'>, { status }: Pod): readonly string[] {
  const { podIP } = status ?? {};
  if (podIP === undefined) return [];
  return [`${podIP.includes(':') ? `[${podIP}]` : podIP}:${reachedAt(target.ports.metrics)}`];
}

async function untilTargets(
  context: RequirementContext,
  job: JobName,
  instances: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const { prometheus } = await environmentOf(context);
  const { expected: found } = await waitFor({
    what: `the exporter's metrics port as the only target of the job ${job}, and up`,
    within: (await timingOf(context)).untilEvaluated(discoveryBudget),
    observe: async () => {
      const expected = await instances();
      const targets = await prometheus.targets();
      return { expected, actual: 'error' in targets ? targets : targets.filter((target) => target.job === job) };
    },
    until: ({ expected, actual }) => expected.length > 0 && !('error' in actual) && areUp(actual, expected),
    describe: ({ expected, actual }) => {
      const targets = 'error' in actual ? actual.error : actual.map(describe).join(', ') || 'no target';
      return `${targets}; the ready pods are at ${expected.join(', ') || 'no address'}`;
    },
  });
  return found;
}

/** The targets of the endpoints' job that are not the current pods of the workloads, each pod up once; a line each. */
export function outdatedTargets(
  targets: readonly ScrapeTarget[],
  workloads: RequirementContext['workloads'],
  pods: readonly (readonly Pod[])[],
): readonly string[] {
  const expected = workloads.flatMap((workload, index) => (pods[index] ?? []).flatMap((pod) => instancesOf(workload, pod)));
  const own = targets.filter(({ job }) => job === jobs.kubernetes);
  const found = new Set(own.map(({ instance }) => instance));
  return [
    ...expected.filter((instance) => !found.has(instance)).map((instance) => `no target: ${instance}`),
    ...own.filter(({ instance }) => !expected.includes(instance)).map((target) => `still a target: ${describe(target)}`),
    ...own.filter(({ health, instance }) => health !== 'up' && expected.includes(instance)).map(describe),
  ];
}

function areUp(targets: readonly ScrapeTarget[], instances: readonly string[]): boolean {
  const actual = targets.map(({ instance }) => instance).sort();
  return targets.every(({ health }) => health === 'up') && actual.join() === [...instances].sort().join();
}

function describe({ instance, health, lastError }: ScrapeTarget): string {
  return `${instance} ${health}${lastError === '' ? '' : ` (${lastError})`}`;
}

/**
 * Waits until both discovered scrape jobs have the same series. The jobs scrape at different instants, so only a difference that every
 * observation has counts.
 * @returns the number of common series
 */
export async function bothJobsHaveTheSameSeries(context: RequirementContext): Promise<number> {
  const timing = await timingOf(context);
  let lasting: ReadonlySet<string> | undefined;
  const { common } = await waitFor({
    what: `the same series in the jobs ${jobs.kubernetes} and ${jobs.dns}`,
    within: timing.untilEvaluated(scrapeBudget),
    every: timing.interval,
    observe: async () => {
      const [kubernetes, dns] = await Promise.all([seriesOf(context, jobs.kubernetes), seriesOf(context, jobs.dns)]);
      const differing = [...onlyIn(jobs.kubernetes, kubernetes, dns), ...onlyIn(jobs.dns, dns, kubernetes)];
      lasting = new Set(differing.filter((line) => lasting?.has(line) ?? true));
      return { common: [...kubernetes].filter((row) => dns.has(row)).length, lasting };
    },
    until: (observed) => observed.common > 0 && observed.lasting.size === 0,
    describe: (observed) => [...observed.lasting].slice(0, 20).join('\n') || 'no series',
  });
  return common;
}

function onlyIn(job: JobName, series: ReadonlySet<Row>, otherSeries: ReadonlySet<Row>): readonly string[] {
  return [...series].filter((row) => !otherSeries.has(row)).map((row) => `only in ${job}: ${row}`);
}

async function seriesOf(context: RequirementContext, job: JobName): Promise<ReadonlySet<Row>> {
  const { prometheus } = await environmentOf(context);
  const prefix = prefixOf(job);
  const result = await prometheus.query(`{job="${job}",__name__=~"${prefix}kube_.+"}`);
  verify('rows' in result, { expected: `the series of the job ${job}`, actual: 'error' in result ? result.error : '' });
  return new Set(
    result.rows.map(({ labels: { __name__: name = '', ...labels } }) => {
      const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
      return `${name.slice(prefix.length)}${rowOf(Object.fromEntries(sorted))}`;
    }),
  );
}
