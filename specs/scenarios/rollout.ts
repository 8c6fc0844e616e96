import { type InstalledTarget, readyBudget } from '../../helpers/exporter/installed.ts';
import { RequirementFailure, verifyNone } from '../../helpers/failure.ts';
import { describePod, isReady, type Pod } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { listRows, selectLabels } from './comparison.ts';
import { createPrometheus } from './environment.ts';
import { jobFailed, nodeNotReady } from './jobs-and-nodes.ts';
import { podNotRunning } from './pods.ts';
import { changedPods } from './restarts.ts';
import {
  type AlertRow,
  type Evaluation,
  evaluationOf,
  type FailedRule,
  rulesAreHealthyIn,
  type SeriesCount,
} from './rule-check.ts';
import { outdatedTargets } from './scrape-jobs.ts';

/** How long everything may take to be as before once the new pods are Ready, in milliseconds: discovery is refreshed every 5 s. */
const settling = seconds(18);

/** The longest rollout, in milliseconds: shorter than the limit of a requirement. */
const longestRollout = seconds(200);

/** The Prometheus that scrapes while the exporter is restarted, created once. */
export const rolloutPrometheus = memoizePerContext((context: RequirementContext) => createPrometheus(context, 'rollout'));

/**
 * Restarts all workloads of the exporter as `kubectl rollout restart` does, while a Prometheus scrapes them and evaluates the rules.
 * @returns a sentence with how long it took, how long series were double and absent, and which rules failed
 * @throws NotObserved when the rollout does not end or not everything is as before within 18 s; RequirementFailure with each alert that fired
 * because of it, and each rule that failed while no series was double
 */
export async function rollOut(context: RequirementContext): Promise<string> {
  const prometheus = await rolloutPrometheus(context);
  await prometheus.ready();
  await Promise.all(context.workloads.map((workload) => workload.readyPod()));
  await rulesAreHealthyIn(context, prometheus);
  const changed = await changedPods(context);
  const before = await Promise.all(context.workloads.map((workload) => workload.pods()));
  const first = await evaluationOf(prometheus);
  if ('error' in first) throw new RequirementFailure('an evaluation of the rules before the rollout', first.error);
  verifyNone(faultsAfter(first, first, context.run.id), 'each series once, and every rule evaluated, before the rollout');

  const begun = performance.now();
  await Promise.all(context.workloads.map((workload) => restart(context, workload)));
  const evaluations = [first];
  let completed: number | undefined;
  let scrapedAt: number | undefined;
  let steady = { state: '', since: begun };
  const longestSteady = settling + Math.max(...context.workloads.map(({ target }) => minReady(target)));
  await waitFor({
    what: `each pod of the exporter replaced and Ready and, at most ${settling / 1000} s later, each series once and all rules evaluated`,
    within: Math.min(readyBudget * Math.max(1, before.flat().length) + settling, longestRollout),
    observe: async () => {
      const targets = await prometheus.targets();
      const evaluation = await evaluationOf(prometheus);
      const pods = await Promise.all(context.workloads.map((workload) => workload.pods()));
      await changed.observe();
      const incomplete = pods.flatMap((current, index) => unreplaced(before[index] ?? [], current));
      if (incomplete.length === 0) completed ??= performance.now();
      const state = incomplete.join('\n');
      if (state !== steady.state || !pods.flat().every(isReady)) steady = { state, since: performance.now() };
      if ('error' in targets) return { incomplete, faults: [targets.error] };
      if ('error' in evaluation) return { incomplete, faults: [evaluation.error] };
      if (evaluation.at > (evaluations.at(-1)?.at ?? 0)) evaluations.push(evaluation);
      const outdated = outdatedTargets(targets, context.workloads, pods);
      // What was scraped of the previous pods is no evidence for the new ones.
      if (incomplete.length === 0 && outdated.length === 0)
        scrapedAt ??= Math.max(...targets.map((target) => target.scrapedAt ?? 0));
      const isLater = scrapedAt !== undefined && evaluation.at * 1000 > scrapedAt;
      const unevaluated = isLater ? [] : ['no rule was evaluated after the new pods were scraped'];
      return { incomplete, faults: [...outdated, ...unevaluated, ...faultsAfter(first, evaluation, context.run.id)] };
    },
    until: ({ incomplete, faults }) => incomplete.length === 0 && faults.length === 0,
    describe: ({ incomplete, faults }) => [...incomplete, ...faults].join('\n'),
    hopeless: ({ incomplete, faults }) => {
      if (performance.now() - steady.since <= longestSteady) return undefined;
      const since = `${longestSteady / 1000} s after`;
      return incomplete.length === 0
        ? [`${since} all pods were replaced and Ready:`, ...faults].join('\n')
        : [`${since} the last change, with no pod that is not Ready:`, ...incomplete, ...faults].join('\n');
    },
  });
  const ended = performance.now();

  const effect = effectOf(evaluations);
  const untrue = effect.fired.filter(({ labels }) => !changed.has(labels));
  const fired = untrue.length === 0 ? [] : await notOfApi(context, untrue);
  verifyNone(
    [
      ...fired.map(({ row }) => `fired because of the rollout: ${row}`),
      ...effect.failed
        .filter(({ explained }) => !explained)
        .map(({ name, error }) => `${name} failed with no series double: ${error}`),
    ],
    'no alert that fires because of a rollout, and no rule that fails but while series are double',
  );
  return describeRollout(effect, { rollout: (completed ?? ended) - begun, settling: ended - (completed ?? ended) });
}

/** How long a new pod must be Ready until the next one is replaced, in milliseconds. Source: Kubernetes, Deployment: minReadySeconds. */
function minReady({ workload: { spec } }: InstalledTarget['target']): number {
  return seconds(spec.minReadySeconds ?? 0);
}

/** Source: kubectl rollout restart: it annotates the pod template. */
async function restart({ client }: RequirementContext, { target: { workload } }: InstalledTarget): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date().toISOString() };
  await client.merge(referenceOf(workload), { spec: { template: { metadata: { annotations } } } });
}

/** The pods of a workload that are not as they must be after a rollout, a line each; none when all are replaced. */
function unreplaced(before: readonly Pod[], current: readonly Pod[]): readonly string[] {
  const previous = new Set(before.map(({ metadata }) => metadata.uid));
  const stays = ({ metadata }: Pod) => previous.has(metadata.uid);
  return [
    ...(current.length === before.length ? [] : [`${current.length} pods in place of ${before.length}`]),
    ...current.filter(stays).map((pod) => `not replaced: ${describePod(pod)}`),
    ...current.filter((pod) => !stays(pod) && !isReady(pod)).map((pod) => `not Ready: ${describePod(pod)}`),
  ];
}

/**
 * The alerts on what is not so according to the API: other requirements have Jobs that fail, pods and nodes that are not ready, and pods that were
 * there for less time than passes between two observations.
 */
async function notOfApi(context: RequirementContext, alerts: readonly AlertRow[]): Promise<readonly AlertRow[]> {
  const gone = await Promise.all(alerts.map(({ labels }) => isGoneOfRun(context, labels)));
  const checks = await Promise.all(
    [jobFailed, podNotRunning, nodeNotReady].map(async ({ alert, fromApi }) => ({ alert, rows: await fromApi(context) })),
  );
  const isTrue = ({ labels }: AlertRow) =>
    checks.some(({ alert, rows: { required, optional = [] } }) => {
      if (alert?.name !== labels.alertname) return false;
      return [...required, ...optional].includes(selectLabels({ labels, value: '1' }, alert?.labels ?? []));
    });
  return alerts.filter((alert, index) => !isTrue(alert) && !gone[index]);
}

/** Whether an alert is about a pod in a namespace of the run that no longer exists. */
async function isGoneOfRun({ client, run }: RequirementContext, { namespace, pod }: AlertRow['labels']): Promise<boolean> {
  if (pod === undefined || !namespace?.startsWith(`conformance-${run.id}-`)) return false;
  return (await client.find({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod })) === undefined;
}

/** What a rollout did to what Prometheus evaluates. Times are in seconds, by its clock. */
interface RolloutEffect {
  /** For how long series of objects that existed before and afterwards were exposed by two pods, and by none. */
  readonly double: number;
  readonly absent: number;
  /** The rules that failed; `explained` when series were double at the observed instants beside its evaluation. */
  readonly failed: readonly (FailedRule & { readonly explained: boolean })[];
  /** The recording rules that had a result before and afterwards, and none at some evaluation. */
  readonly emptied: readonly string[];
  /** The alerts that fired and were not active before. */
  readonly fired: readonly AlertRow[];
  /** The alerts that fired before and did not at some evaluation: they resolve, and fire a second time. */
  readonly interrupted: readonly AlertRow[];
}

/** @param evaluations in order, from the last before the rollout to the first at which everything was as before */
export function effectOf(evaluations: readonly Evaluation[]): RolloutEffect {
  const [first, ...during] = evaluations;
  const last = evaluations.at(-1);
  const lasting = [...(first?.series.keys() ?? [])].filter((row) => last?.series.has(row));
  const has = (evaluation: Evaluation | undefined, holds: (count: number) => boolean) =>
    evaluation !== undefined && lasting.some((row) => holds(evaluation.series.get(row)?.count ?? 0));
  const isDouble = (evaluation: Evaluation | undefined) => has(evaluation, (count) => count > 1);
  const lengthOf = (holds: (evaluation: Evaluation) => boolean) =>
    during.reduce((sum, evaluation, index) => sum + (holds(evaluation) ? evaluation.at - (evaluations[index]?.at ?? 0) : 0), 0);

  const failed = new Map<string, FailedRule & { readonly explained: boolean }>();
  // Groups of rules are evaluated at different instants, and a rule's failure is reported until its next evaluation.
  for (const rule of evaluations.flatMap((evaluation) => evaluation.failed)) {
    const beside = [evaluations.findLast(({ at }) => at <= rule.at), evaluations.find(({ at }) => at >= rule.at)];
    const explained = beside.some(isDouble);
    if (failed.get(rule.name)?.explained !== false) failed.set(rule.name, { ...rule, explained });
  }
  const active = new Set(first?.alerts.map(({ row }) => row));
  const fired = during.flatMap(({ alerts }) => alerts.filter(({ row, isFiring }) => isFiring && !active.has(row)));
  const firingIn = ({ alerts }: Evaluation) => new Set(alerts.filter(({ isFiring }) => isFiring).map(({ row }) => row));
  const firedBefore = first?.alerts.filter(({ isFiring }) => isFiring) ?? [];
  return {
    double: lengthOf(isDouble),
    absent: lengthOf((evaluation) => has(evaluation, (count) => count === 0)),
    failed: [...failed.values()],
    emptied: [...(first?.results ?? [])].filter(
      (name) => last?.results.has(name) && evaluations.some(({ results }) => !results.has(name)),
    ),
    fired: [...new Map(fired.map((alert) => [alert.row, alert])).values()],
    interrupted: firedBefore.filter(({ row }) => during.some((evaluation) => !firingIn(evaluation).has(row))),
  };
}

/**
 * What is not as before: series that two targets have, families and objects of kube-system without a series, and rules that fail.
 * Pods and ReplicaSets are not compared, as a rollout replaces them, nor what is named after the run, such as the copies of an exporter in
 * kube-system: it comes and goes.
 * @param before the evaluation before the rollout
 * @param run the id of the run
 */
export function faultsAfter(before: Evaluation, now: Evaluation, run: string): readonly string[] {
  const double = [...now.series].filter(([, { count }]) => count > 1).map(([row]) => row);
  const familiesOf = ({ series }: Evaluation) => new Set([...series.values()].map(({ labels }) => labels.__name__ ?? ''));
  const families = familiesOf(now);
  const lost = [...familiesOf(before)].filter((name) => !families.has(name));
  const isSteady = ({ labels: { namespace, pod, replicaset, ...names } }: SeriesCount) =>
    namespace === 'kube-system' && !pod && !replicaset && !Object.values(names).some((name) => name.includes(run));
  const gone = [...before.series].filter(([row, series]) => isSteady(series) && !now.series.has(row)).map(([row]) => row);
  return [
    ...(before.series.size === 0 ? ['no series kube_…_created or kube_…_info to measure with'] : []),
    ...(double.length > 0 ? [`${double.length} series from two targets: ${listRows(double.slice(0, 3))}`] : []),
    ...(lost.length > 0 ? [`${lost.length} families without a series: ${lost.slice(0, 5).join(', ')}`] : []),
    ...(gone.length > 0 ? [`${gone.length} series missing: ${listRows(gone.slice(0, 3))}`] : []),
    ...now.failed.map(({ name, error }) => `${name} is not evaluated: ${error}`),
  ];
}

/** @param durations of the rollout until all new pods were Ready, and of what followed until all was as before, in milliseconds */
function describeRollout(
  { double, absent, failed, emptied, interrupted }: RolloutEffect,
  durations: { readonly rollout: number; readonly settling: number },
): string {
  const inSeconds = (length: number) => `${length.toFixed(1)} s`;
  const names = failed.map(({ name }) => name);
  return [
    `rolled out in ${inSeconds(durations.rollout / 1000)}, as before ${inSeconds(durations.settling / 1000)} later`,
    `series were double for ${inSeconds(double)} and absent for ${inSeconds(absent)}`,
    names.length > 0
      ? `while they were double, ${names.join(', ')} could not be evaluated: ${failed[0]?.error.split(': [')[0]}`
      : 'no rule failed',
    ...(emptied.length > 0 ? [`without a result for a while: ${emptied.join(', ')}`] : []),
    ...(interrupted.length > 0 ? [`${interrupted.length} alert(s) began anew, of ${namesOf(interrupted)}`] : []),
  ].join('; ');
}

function namesOf(alerts: readonly AlertRow[]): string {
  return [...new Set(alerts.map(({ labels }) => labels.alertname))].join(', ');
}
