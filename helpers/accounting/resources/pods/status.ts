import { conditionSamples } from '../../conditions.ts';
import { type Expected, type FamilyRow, gauge, oneOf, value } from '../../table.ts';
import { unixTime, unixTimeOrZero } from '../../time.ts';
import { podAddresses } from './addresses.ts';
import type { Pod, PodCondition } from './pod.ts';
import { disruptionReasons, statusReasons } from './reasons.ts';

const PHASES = ['Pending', 'Succeeded', 'Failed', 'Unknown', 'Running'];
const QOS_CLASSES = ['BestEffort', 'Burstable', 'Guaranteed'];

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

/** When the last of the containers that have ended did so, though others may still run. */
function completionTime({ status }: Pod): readonly Expected[] {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => unixTime(state?.terminated?.finishedAt) ?? 0);
  const last = Math.max(0, ...ends);
  return value(last > 0 ? last : undefined);
}

/** The three states of a condition that the pod has, as `condition`. */
function states(type: string): (pod: Pod) => readonly Expected[] {
  return (pod) => conditions(pod, type).flatMap(({ status }) => conditionSamples(status, {}, 'condition'));
}

/** Since when a condition has the status, in seconds since 1970; none when it has another. */
function since(type: string, wanted: 'True' | 'False'): (pod: Pod) => readonly Expected[] {
  return (pod) => conditions(pod, type, wanted).flatMap(({ lastTransitionTime }) => value(unixTimeOrZero(lastTransitionTime)));
}

function conditions({ status }: Pod, type: string, wanted?: string): readonly PodCondition[] {
  const all = status?.conditions ?? [];
  return all.filter((each) => each.type === type && (wanted === undefined || each.status === wanted));
}
