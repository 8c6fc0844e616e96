import { counter, type FamilyRow, gauge } from '../../table.ts';
import { initContainerInfo } from './container-info.ts';
import { containerResources } from './container-resources.ts';
import {
  isIn,
  lastTerminatedExitCode,
  lastTerminatedReason,
  lastTerminatedTime,
  ofInitContainers,
  ready,
  reasonOf,
  restarts,
  started,
} from './container-state.ts';
import type { Pod } from './pod.ts';

export const initContainerFamilies: readonly FamilyRow<Pod>[] = [
  gauge('kube_pod_init_container_info', { stability: 'STABLE' }, initContainerInfo),
  gauge('kube_pod_init_container_resource_limits', { stability: 'ALPHA' }, ({ spec }: Pod, context) =>
    containerResources('limits', spec?.initContainers, spec?.nodeName, context),
  ),
  gauge('kube_pod_init_container_resource_requests', { stability: 'ALPHA' }, ({ spec }: Pod, context) =>
    containerResources('requests', spec?.initContainers, spec?.nodeName, context),
  ),
  gauge('kube_pod_init_container_state_started', { stability: 'ALPHA', since: '2.20' }, ofInitContainers(started)),
  gauge('kube_pod_init_container_status_last_terminated_reason', { stability: 'ALPHA' }, ofInitContainers(lastTerminatedReason)),
  gauge(
    'kube_pod_init_container_status_last_terminated_exitcode',
    { stability: 'ALPHA', since: '2.20' },
    ofInitContainers(lastTerminatedExitCode),
  ),
  gauge(
    'kube_pod_init_container_status_last_terminated_timestamp',
    { stability: 'ALPHA', since: '2.20' },
    ofInitContainers(lastTerminatedTime),
  ),
  gauge('kube_pod_init_container_status_ready', { stability: 'STABLE' }, ofInitContainers(ready)),
  counter('kube_pod_init_container_status_restarts_total', { stability: 'STABLE' }, ofInitContainers(restarts)),
  gauge('kube_pod_init_container_status_running', { stability: 'STABLE' }, ofInitContainers(isIn('running'))),
  gauge('kube_pod_init_container_status_terminated', { stability: 'STABLE' }, ofInitContainers(isIn('terminated'))),
  gauge('kube_pod_init_container_status_terminated_reason', { stability: 'ALPHA' }, ofInitContainers(reasonOf('terminated'))),
  gauge('kube_pod_init_container_status_waiting', { stability: 'STABLE' }, ofInitContainers(isIn('waiting'))),
  gauge('kube_pod_init_container_status_waiting_reason', { stability: 'ALPHA' }, ofInitContainers(reasonOf('waiting'))),
];
