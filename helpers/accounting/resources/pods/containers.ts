import { counter, type FamilyRow, gauge } from '../../table.ts';
import { containerInfo } from './container-info.ts';
import { containerResources } from './container-resources.ts';
import {
  isIn,
  lastTerminatedExitCode,
  lastTerminatedReason,
  lastTerminatedTime,
  ofContainers,
  ready,
  reasonOf,
  restarts,
  started,
} from './container-state.ts';
import type { Pod } from './pod.ts';

export const containerFamilies: readonly FamilyRow<Pod>[] = [
  gauge('kube_pod_container_info', { stability: 'STABLE' }, ({ spec, status }: Pod) =>
    containerInfo(spec?.containers, status?.containerStatuses),
  ),
  gauge('kube_pod_container_resource_limits', { stability: 'STABLE' }, ({ spec }: Pod, context) =>
    containerResources('limits', spec?.containers, spec?.nodeName, context),
  ),
  gauge('kube_pod_container_resource_requests', { stability: 'STABLE' }, ({ spec }: Pod, context) =>
    containerResources('requests', spec?.containers, spec?.nodeName, context),
  ),
  gauge('kube_pod_container_state_started', { stability: 'STABLE' }, ofContainers(started)),
  gauge('kube_pod_container_status_last_terminated_reason', { stability: 'ALPHA' }, ofContainers(lastTerminatedReason)),
  gauge(
    'kube_pod_container_status_last_terminated_exitcode',
    { stability: 'ALPHA', since: '2.7' },
    ofContainers(lastTerminatedExitCode),
  ),
  gauge(
    'kube_pod_container_status_last_terminated_timestamp',
    { stability: 'ALPHA', since: '2.12' },
    ofContainers(lastTerminatedTime),
  ),
  gauge('kube_pod_container_status_ready', { stability: 'STABLE' }, ofContainers(ready)),
  counter('kube_pod_container_status_restarts_total', { stability: 'STABLE' }, ofContainers(restarts)),
  gauge('kube_pod_container_status_running', { stability: 'STABLE' }, ofContainers(isIn('running'))),
  gauge('kube_pod_container_status_terminated', { stability: 'STABLE' }, ofContainers(isIn('terminated'))),
  gauge('kube_pod_container_status_terminated_reason', { stability: 'ALPHA' }, ofContainers(reasonOf('terminated'))),
  gauge('kube_pod_container_status_waiting', { stability: 'STABLE' }, ofContainers(isIn('waiting'))),
  gauge('kube_pod_container_status_waiting_reason', { stability: 'STABLE' }, ofContainers(reasonOf('waiting'))),
];
