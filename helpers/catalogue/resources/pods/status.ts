import { isIPv4, isIPv6 } from 'node:net';
import { unixTime, unixTimeOrZero } from '../../metadata.ts';
import { type Context, conditionSamples, type Expected, type FamilyRow, fact, gauge, oneOf, value } from '../../table.ts';
import type { Pod, PodCondition } from './pod.ts';

const PHASES = ['Pending', 'Succeeded', 'Failed', 'Unknown', 'Running'];
const QOS_CLASSES = ['BestEffort', 'Burstable', 'Guaranteed'];
const REASONS_BEFORE_2_19 = ['Evicted', 'NodeAffinity', 'NodeLost', 'Shutdown', 'UnexpectedAdmissionError'];
const REASONS = [...REASONS_BEFORE_2_19, 'PreemptionByScheduler', 'SchedulingGated', 'TerminationByKubelet'];
const DISRUPTIONS = [
  'DeletionByPodGC',
  'DeletionByTaintManager',
  'EvictionByEvictionAPI',
  'PreemptionByScheduler',
  'TerminationByKubelet',
];
const IPV4_IN_IPV6 = /^::ffff:(?:[0-9a-f]{1,4}:[0-9a-f]{1,4}|\d+\.\d+\.\d+\.\d+)$/i;

export const statusFamilies: readonly FamilyRow<Pod>[] = [
  gauge('kube_pod_completion_time', { stability: 'STABLE' }, completionTime),
  gauge('kube_pod_ips', { stability: 'ALPHA' }, podAddresses),
  gauge('kube_pod_start_time', { stability: 'STABLE' }, ({ status }: Pod) => value(unixTime(status?.startTime))),
  gauge('kube_pod_status_phase', { stability: 'STABLE' }, ({ status }: Pod) =>
    status?.phase ? oneOf('phase', PHASES, status.phase) : [],
  ),
  gauge('kube_pod_status_qos_class', { stability: 'ALPHA', since: '2.8' }, ({ status }: Pod) =>
    status?.qosClass ? oneOf('qos_class', QOS_CLASSES, status.qosClass) : [],
  ),
  gauge('kube_pod_status_ready', { stability: 'STABLE' }, states('Ready')),
  gauge('kube_pod_status_ready_time', { stability: 'ALPHA', since: '2.8' }, since('Ready', 'True')),
  gauge('kube_pod_status_initialized_time', { stability: 'ALPHA', since: '2.10' }, since('Initialized', 'True')),
  gauge('kube_pod_status_container_ready_time', { stability: 'ALPHA', since: '2.8' }, since('ContainersReady', 'True')),
  gauge('kube_pod_status_reason', { stability: 'ALPHA' }, statusReasons),
  gauge('kube_pod_status_disruption_reason', { stability: 'ALPHA', since: '2.20' }, disruptionReasons),
  gauge('kube_pod_status_scheduled', { stability: 'STABLE' }, states('PodScheduled')),
  gauge('kube_pod_status_scheduled_time', { stability: 'STABLE' }, since('PodScheduled', 'True')),
  gauge('kube_pod_status_unschedulable', { stability: 'STABLE' }, (pod: Pod) =>
    conditions(pod, 'PodScheduled', 'False').flatMap(() => value(1)),
  ),
  gauge('kube_pod_status_unscheduled_time', { stability: 'ALPHA', since: '2.17' }, since('PodScheduled', 'False')),
];

/** When the last of the terminated containers terminated; others may still run. */
function completionTime({ status }: Pod): readonly Expected[] {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => unixTime(state?.terminated?.finishedAt) ?? 0);
  const last = Math.max(0, ...ends);
  return value(last > 0 ? last : undefined);
}

/** The three samples of a condition, if the pod has it. */
function states(type: string): (pod: Pod) => readonly Expected[] {
  return (pod) => conditions(pod, type).flatMap(({ status }) => conditionSamples(status, {}, 'condition'));
}

/** The transition time of a condition with this status, in seconds since 1970; no sample if it has another status. */
function since(type: string, expectedStatus: 'True' | 'False'): (pod: Pod) => readonly Expected[] {
  return (pod) =>
    conditions(pod, type, expectedStatus).flatMap(({ lastTransitionTime }) => value(unixTimeOrZero(lastTransitionTime)));
}

function conditions(pod: Pod, type: string, expectedStatus?: string): readonly PodCondition[] {
  const ofType = (pod.status?.conditions ?? []).filter((condition) => condition.type === type);
  return expectedStatus === undefined ? ofType : ofType.filter(({ status }) => status === expectedStatus);
}

/**
 * The reasons for the pod's status: before 2.16 the pod's own reason, from 2.16 on also those of its conditions and terminated
 * containers. Through 2.19 every known reason has a sample, 0 if it does not apply; from 2.20 on only those that apply, and
 * `Other` for an unknown reason of the pod itself.
 */
function statusReasons(pod: Pod, context: Context): readonly Expected[] {
  const own = pod.status?.reason ?? '';
  if (!context.since('2.16')) return oneOf('reason', REASONS_BEFORE_2_19, own);
  const applying = new Set([own, ...reasonsOfConditionsAndContainers(pod)]);
  const known = context.since('2.19') ? REASONS : REASONS_BEFORE_2_19;
  if (!context.since('2.20')) {
    return known.map((reason) => ({ labels: { reason }, value: applying.has(reason) ? 1 : 0 }));
  }
  const unknown = own !== '' && !known.includes(own) ? ['Other'] : [];
  return [...known.filter((reason) => applying.has(reason)), ...unknown].flatMap((reason) => fact({ reason }));
}

/** The reason of the condition DisruptionTarget, whatever its status. */
function disruptionReasons({ status }: Pod): readonly Expected[] {
  return (status?.conditions ?? [])
    .filter(({ type }) => type === 'DisruptionTarget')
    .flatMap(({ reason = '' }) => fact({ reason: DISRUPTIONS.includes(reason) ? reason : 'Other' }));
}

function reasonsOfConditionsAndContainers({ status }: Pod): readonly string[] {
  const conditions = (status?.conditions ?? []).map(({ reason = '' }) => reason);
  const ends = (status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.reason ?? '');
  return [...conditions, ...ends];
}

/** A sample per address, with its family; none for an invalid address. */
function podAddresses({ status }: Pod): readonly Expected[] {
  return (status?.podIPs ?? []).flatMap(({ ip = '' }) => {
    if (isIPv4(ip) || IPV4_IN_IPV6.test(ip)) return fact({ ip, ip_family: '4' });
    return isIPv6(ip) ? fact({ ip, ip_family: '6' }) : [];
  });
}
