import { type InstalledTarget, readyBudget } from '../../helpers/exporter/installed.ts';
import { RequirementFailure, verifyNone } from '../../helpers/failure.ts';
import { describePod, isReady, type Pod, restarts } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { PrometheusApi } from '../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { type Row, rowOf } from './comparison.ts';
import { jobs } from './configuration.ts';
import { createPrometheus } from './environment.ts';
import { rulesAreHealthyIn } from './rule-check.ts';
import { allPods } from './pods.ts';
import { describeRollout, type Evaluation, effectOf, faultsAfter, type SeriesCount } from './rollout-effect.ts';

/** How long everything may take to be as before once the new pods are Ready, in milliseconds: discovery is refreshed every 5 s. */
const settling = seconds(18);

/** The longest rollout, in milliseconds: shorter than the limit of a requirement. */
const longestRollout = seconds(200);

/** One series of almost every object. */
const seriesOfObjects = `{job="${jobs.kubernetes}",__name__=~"kube_.+_(created|info)"}`;

/**
 * Restarts all workloads of the exporter as `kubectl rollout restart` does, while a Prometheus scrapes them and evaluates the rules.
 * @returns a sentence with how long it took, how long series were double and absent, and which rules failed
 * @throws NotObserved when the rollout does not end or not everything is as before within 18 s; RequirementFailure with each alert that fired
 * because of it, and each rule that failed while no series was double
 */
export async function rollOut(context: RequirementContext): Promise<string> {
  const prometheus = await createPrometheus(context, 'rollout');
  await prometheus.ready();
  await rulesAreHealthyIn(context, prometheus);
  const restartsBefore = await restartsOfPods(context);
  const before = await Promise.all(context.workloads.map((workload) => workload.pods()));
  const first = await evaluationOf(prometheus);
  if ('error' in first) throw new RequirementFailure('an evaluation of the rules before the rollout', first.error);
  verifyNone(faultsAfter(first, first), 'each series once, and every rule evaluated, before the rollout');

  const begun = performance.now();
  await Promise.all(context.workloads.map((workload) => restart(context, workload)));
  const evaluations = [first];
  let completed: number | undefined;
  await waitFor({
    what: `each pod of the exporter replaced and Ready and, at most ${settling / 1000} s later, each series once and all rules evaluated`,
    within: Math.min(readyBudget * Math.max(1, before.flat().length) + settling, longestRollout),
    observe: async () => {
      const evaluation = await evaluationOf(prometheus);
      // Observed afterwards, so that what is double while pods are replaced is not taken for what follows.
      const pods = await Promise.all(context.workloads.map((workload) => workload.pods()));
      const isComplete = pods.every((current, index) => areReplaced(before[index] ?? [], current));
      if (isComplete) completed ??= performance.now();
      if ('error' in evaluation) return { pods, isComplete, faults: [evaluation.error] };
      if (evaluation.at > (evaluations.at(-1)?.at ?? 0)) evaluations.push(evaluation);
      return { pods, isComplete, faults: faultsAfter(first, evaluation) };
    },
    until: ({ isComplete, faults }) => isComplete && faults.length === 0,
    describe: ({ pods, faults }) => describeObserved(pods, faults),
    hopeless: ({ pods, isComplete, faults }) =>
      isComplete && performance.now() - (completed ?? 0) > settling
        ? `${settling / 1000} s after the pods were replaced: ${describeObserved(pods, faults)}`
        : undefined,
  });
  const ended = performance.now();

  const effect = effectOf(evaluations);
  const restartsAfter = await restartsOfPods(context);
  const isTrue = ({ namespace = '', pod = '' }: Readonly<Record<string, string>>) =>
    restartsAfter.get(`${namespace}/${pod}`) !== restartsBefore.get(`${namespace}/${pod}`);
  const fired = effect.fired.filter(({ labels }) => !isTrue(labels)).map(({ row }) => row);
  verifyNone(
    [
      ...fired.map((row) => `fired because of the rollout: ${row}`),
      ...effect.failed
        .filter(({ explained }) => !explained)
        .map(({ name, error }) => `${name} failed with no series double: ${error}`),
    ],
    'no alert that fires because of a rollout, and no rule that fails but while series are double',
  );
  return describeRollout(effect, { rollout: (completed ?? ended) - begun, settling: ended - (completed ?? ended) });
}

/** Source: kubectl rollout restart: it annotates the pod template. */
async function restart({ client }: RequirementContext, { target: { workload } }: InstalledTarget): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
  await client.merge(referenceOf(workload), { spec: { template: { metadata: { annotations } } } });
}

function areReplaced(before: readonly Pod[], current: readonly Pod[]): boolean {
  const previous = new Set(before.map(({ metadata }) => metadata.uid));
  return current.length === before.length && current.every((pod) => isReady(pod) && !previous.has(pod.metadata.uid));
}

function describeObserved(pods: readonly (readonly Pod[])[], faults: readonly string[]): string {
  return [pods.flat().map(describePod).join('; ') || 'no pod of the exporter', ...faults].join('\n');
}

/** The restarts of every pod, by namespace and name. */
async function restartsOfPods(context: RequirementContext): Promise<ReadonlyMap<string, number>> {
  const pods = await allPods(context);
  return new Map(pods.map((pod) => [`${pod.metadata.namespace}/${pod.metadata.name}`, restarts(pod)]));
}

/** The latest evaluation of the rules, and the series at its instant. */
async function evaluationOf(prometheus: PrometheusApi): Promise<Evaluation | { readonly error: string }> {
  const rules = await prometheus.rules();
  if ('error' in rules) return rules;
  const at = Math.max(...rules.map(({ lastEvaluation }) => Date.parse(lastEvaluation) / 1000));
  const result = await prometheus.query(seriesOfObjects, at);
  if ('error' in result) return result;
  const series = new Map<Row, SeriesCount>();
  for (const { labels } of result.rows) {
    const row = rowOf(labels);
    series.set(row, { labels, count: (series.get(row)?.count ?? 0) + 1 });
  }
  const alerts = rules.flatMap((rule) =>
    (rule.alerts ?? []).map(({ labels: { instance: _instance, job: _job, ...labels }, state }) => ({
      row: rowOf(labels),
      labels,
      isFiring: state === 'firing',
    })),
  );
  const failed = rules.filter(({ health }) => health === 'err').map(({ name, lastError = '' }) => ({ name, error: lastError }));
  return { at, series, alerts, failed };
}
