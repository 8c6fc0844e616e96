import { type Context, type Expected, fact, oneOf } from '../../table.ts';
import type { Pod } from './pod.ts';

const REASONS_BEFORE_2_19 = ['Evicted', 'NodeAffinity', 'NodeLost', 'Shutdown', 'UnexpectedAdmissionError'];
const REASONS = [...REASONS_BEFORE_2_19, 'PreemptionByScheduler', 'SchedulingGated', 'TerminationByKubelet'];
const DISRUPTIONS = [
  'DeletionByPodGC',
  'DeletionByTaintManager',
  'EvictionByEvictionAPI',
  'PreemptionByScheduler',
  'TerminationByKubelet',
];

/**
 * Why the pod is as it is. Before 2.16 only the pod's own reason counts; from then on also those of its conditions and of
 * its ended containers. Through 2.19 every known reason has a sample, 0 where it does not hold; from 2.20 on only those
 * that hold, and `Other` for a reason of the pod itself that is not known.
 */
export function statusReasons(pod: Pod, context: Context): readonly Expected[] {
  const own = pod.status?.reason ?? '';
  if (!context.since('2.16')) return oneOf('reason', REASONS_BEFORE_2_19, own);
  const holding = new Set([own, ...otherReasons(pod)]);
  const known = context.since('2.19') ? REASONS : REASONS_BEFORE_2_19;
  if (!context.since('2.20')) {
    return known.map((reason) => ({ labels: { reason }, value: holding.has(reason) ? 1 : 0 }));
  }
  const others = own !== '' && !known.includes(own) ? ['Other'] : [];
  return [...known.filter((reason) => holding.has(reason)), ...others].flatMap((reason) => fact({ reason }));
}

/** What disrupts the pod, by the condition that says so, even when the condition no longer holds. */
export function disruptionReasons({ status }: Pod): readonly Expected[] {
  return (status?.conditions ?? [])
    .filter(({ type }) => type === 'DisruptionTarget')
    .flatMap(({ reason = '' }) => fact({ reason: DISRUPTIONS.includes(reason) ? reason : 'Other' }));
}

function otherReasons({ status }: Pod): readonly string[] {
  const conditions = (status?.conditions ?? []).map(({ reason = '' }) => reason);
  const ends = (status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.reason ?? '');
  return [...conditions, ...ends];
}
