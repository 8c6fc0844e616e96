import { listRows, type Row } from './comparison.ts';

/** A series without the labels of its target, and from how many targets Prometheus has it. */
export interface SeriesCount {
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
}

interface AlertRow {
  /** The labels as text, without those of the target, which a rollout changes. */
  readonly row: Row;
  readonly labels: Readonly<Record<string, string>>;
  readonly isFiring: boolean;
}

interface FailedRule {
  readonly name: string;
  readonly error: string;
}

/** What Prometheus had at one evaluation of its rules. */
export interface Evaluation {
  /** In seconds since 1970, by the clock of Prometheus. */
  readonly at: number;
  /** A series of almost every object. */
  readonly series: ReadonlyMap<Row, SeriesCount>;
  /** The alerts that are pending or firing. */
  readonly alerts: readonly AlertRow[];
  readonly failed: readonly FailedRule[];
}

/** What a rollout did to what Prometheus evaluates. Times are in seconds, by its clock. */
export interface RolloutEffect {
  /** For how long series of objects that existed before and afterwards were exposed by two pods, and by none. */
  readonly double: number;
  readonly absent: number;
  /** The rules that failed; `explained` when series were double at that evaluation or the one before or after it. */
  readonly failed: readonly (FailedRule & { readonly explained: boolean })[];
  /** The alerts that fired and were not active before. */
  readonly fired: readonly AlertRow[];
  /** The alerts that fired before and did not at some evaluation: they resolve, and fire a second time. */
  readonly interrupted: readonly Row[];
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
  for (const [index, evaluation] of evaluations.entries()) {
    const explained = [index - 1, index, index + 1].some((near) => isDouble(evaluations[near]));
    for (const rule of evaluation.failed) {
      if (failed.get(rule.name)?.explained !== false) failed.set(rule.name, { ...rule, explained });
    }
  }
  const active = new Set(first?.alerts.map(({ row }) => row));
  const fired = during.flatMap(({ alerts }) => alerts.filter(({ row, isFiring }) => isFiring && !active.has(row)));
  const firingIn = ({ alerts }: Evaluation) => new Set(alerts.filter(({ isFiring }) => isFiring).map(({ row }) => row));
  const firedBefore = [...(first ? firingIn(first) : [])];
  return {
    double: lengthOf(isDouble),
    absent: lengthOf((evaluation) => has(evaluation, (count) => count === 0)),
    failed: [...failed.values()],
    fired: [...new Map(fired.map((alert) => [alert.row, alert])).values()],
    interrupted: firedBefore.filter((row) => during.some((evaluation) => !firingIn(evaluation).has(row))),
  };
}

/**
 * What is not as before: series that two targets have, families and objects of kube-system without a series, and rules that fail.
 * Pods and ReplicaSets are not compared, as a rollout replaces them.
 * @param before the evaluation before the rollout
 */
export function faultsAfter(before: Evaluation, now: Evaluation): readonly string[] {
  const double = [...now.series].filter(([, { count }]) => count > 1).map(([row]) => row);
  const familiesOf = ({ series }: Evaluation) => new Set([...series.values()].map(({ labels }) => labels.__name__ ?? ''));
  const families = familiesOf(now);
  const lost = [...familiesOf(before)].filter((name) => !families.has(name));
  const isSteady = ({ labels }: SeriesCount) =>
    labels.namespace === 'kube-system' && labels.pod === undefined && labels.replicaset === undefined;
  const gone = [...before.series].filter(([row, series]) => isSteady(series) && !now.series.has(row)).map(([row]) => row);
  return [
    ...(before.series.size === 0 ? ['no series kube_…_created or kube_…_info to measure with'] : []),
    ...(double.length > 0 ? [`${double.length} series from two targets: ${listRows(double.slice(0, 3))}`] : []),
    ...(lost.length > 0 ? [`families without a series: ${lost.join(', ')}`] : []),
    ...(gone.length > 0 ? [`${gone.length} series missing: ${listRows(gone.slice(0, 3))}`] : []),
    ...now.failed.map(({ name, error }) => `${name} is not evaluated: ${error}`),
  ];
}

/** @param durations of the rollout until all new pods were Ready, and of what followed until all was as before, in milliseconds */
export function describeRollout(
  { double, absent, failed, interrupted }: RolloutEffect,
  durations: { readonly rollout: number; readonly settling: number },
): string {
  const inSeconds = (length: number) => `${length.toFixed(1)} s`;
  const names = failed.map(({ name }) => name);
  return [
    `rolled out in ${inSeconds(durations.rollout / 1000)}, as before ${inSeconds(durations.settling / 1000)} later`,
    `series were double for ${inSeconds(double)} and absent for ${inSeconds(absent)}`,
    names.length > 0
      ? `while they were double, ${names.join(', ')} could not be evaluated: ${failed[0]?.error}`
      : 'no rule failed',
    ...(interrupted.length > 0 ? [`fired before and began anew: ${listRows(interrupted)}`] : []),
  ].join('; ');
}
