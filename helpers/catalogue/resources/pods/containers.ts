import { unixTimeOrZero } from '../../metadata.ts';
import { cpuQuantity, integerQuantity, resourceLabel, resourceUnits } from '../../quantity.ts';
import { type Context, counter, type Expected, type FamilyRow, gauge } from '../../table.ts';
import type { Container, ContainerState, ContainerStatus, Pod, Terminated } from './pod.ts';

type Statuses = readonly ContainerStatus[];
type Samples = (statuses: Statuses) => readonly Expected[];

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

/** The images and ids of each container with a status. */
function containerInfo(
  containers: readonly Container[] = [],
  statuses: readonly ContainerStatus[] = [],
  labels: (container: Container) => Expected['labels'] = () => ({}),
): readonly Expected[] {
  return containers.flatMap((container) =>
    statuses
      .filter(({ name }) => name === container.name)
      .map(({ name, image = '', imageID = '', containerID = '' }) => ({
        labels: {
          container: name,
          image_spec: container.image ?? '',
          image,
          image_id: imageID,
          container_id: containerID,
          ...labels(container),
        },
        value: 1,
      })),
  );
}

/** The same for init containers, from 2.11 on with the restart policy, `Always` for a sidecar. */
function initContainerInfo({ spec, status }: Pod, context: Context): readonly Expected[] {
  return containerInfo(spec?.initContainers, status?.initContainerStatuses, ({ restartPolicy = '' }) =>
    context.since('2.11') ? { restart_policy: restartPolicy } : {},
  );
}

/** The limits or requests of each container: CPU in thousandths of a core, other resources in whole units. */
function containerResources(
  kind: 'limits' | 'requests',
  containers: readonly Container[] = [],
  node = '',
  context: Context,
): readonly Expected[] {
  return containers.flatMap(({ name: container, resources }) =>
    Object.entries(resources?.[kind] ?? {}).flatMap(([name, amount]) =>
      resourceUnits(name).map((unit) => ({
        labels: { container, node, resource: resourceLabel(name), unit },
        value: unit === 'core' ? cpuQuantity(amount, context) : integerQuantity(amount),
      })),
    ),
  );
}

/** Applies a row's samples to the statuses of the containers: `ofContainers(ready)`. */
function ofContainers(samples: Samples): (pod: Pod) => readonly Expected[] {
  return ({ status }) => samples(status?.containerStatuses ?? []);
}

/** The same for the init containers, including sidecars. */
function ofInitContainers(samples: Samples): (pod: Pod) => readonly Expected[] {
  return ({ status }) => samples(status?.initContainerStatuses ?? []);
}

function ready(statuses: Statuses): readonly Expected[] {
  return statuses.map((status) => sample(status, status.ready ? 1 : 0));
}

function restarts(statuses: Statuses): readonly Expected[] {
  return statuses.map((status) => sample(status, status.restartCount ?? 0));
}

/** 1 for a container in the state, 0 for any other. */
function isIn(state: keyof ContainerState): Samples {
  return (statuses) => statuses.map((status) => sample(status, status.state?.[state] ? 1 : 0));
}

/** The reason of a waiting or terminated container; no sample for another state. */
function reasonOf(state: 'terminated' | 'waiting'): Samples {
  return (statuses) => statuses.flatMap((status) => reason(status, status.state?.[state]));
}

/** The start time in seconds since 1970; no sample for a waiting container. */
function started(statuses: Statuses): readonly Expected[] {
  return statuses.flatMap((status) => {
    const startedState = status.state?.running ?? status.state?.terminated;
    return startedState ? [sample(status, unixTimeOrZero(startedState.startedAt))] : [];
  });
}

/** The reason of the last termination. */
function lastTerminatedReason(statuses: Statuses): readonly Expected[] {
  return statuses.flatMap((status) => reason(status, status.lastState?.terminated));
}

function lastTerminatedExitCode(statuses: Statuses): readonly Expected[] {
  return lastTerminated(statuses, ({ exitCode = 0 }) => exitCode);
}

/** The time of the last termination, in seconds since 1970. */
function lastTerminatedTime(statuses: Statuses): readonly Expected[] {
  return lastTerminated(statuses, ({ finishedAt }) => unixTimeOrZero(finishedAt));
}

function lastTerminated(statuses: Statuses, value: (terminated: Terminated) => number): readonly Expected[] {
  return statuses.flatMap((status) => {
    const terminated = status.lastState?.terminated;
    return terminated ? [sample(status, value(terminated))] : [];
  });
}

function reason({ name }: ContainerStatus, state: { readonly reason?: string } | undefined): readonly Expected[] {
  return state ? [{ labels: { container: name, reason: state.reason ?? '' }, value: 1 }] : [];
}

function sample({ name }: ContainerStatus, value: number): Expected {
  return { labels: { container: name }, value };
}
