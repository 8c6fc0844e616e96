import type { Expected } from '../../table.ts';
import { unixTimeOrZero } from '../../time.ts';
import type { ContainerState, ContainerStatus, Pod, Terminated } from './pod.ts';

type Statuses = readonly ContainerStatus[];
type Samples = (statuses: Statuses) => readonly Expected[];

/** A row's samples of the containers' statuses: `ofContainers(ready)`. */
export function ofContainers(samples: Samples): (pod: Pod) => readonly Expected[] {
  return ({ status }) => samples(status?.containerStatuses ?? []);
}

/** A row's samples of the init containers' statuses, sidecars included. */
export function ofInitContainers(samples: Samples): (pod: Pod) => readonly Expected[] {
  return ({ status }) => samples(status?.initContainerStatuses ?? []);
}

/** 1 for a container that passes its readiness probe, 0 for any other. */
export function ready(statuses: Statuses): readonly Expected[] {
  return statuses.map((status) => sample(status, status.ready ? 1 : 0));
}

export function restarts(statuses: Statuses): readonly Expected[] {
  return statuses.map((status) => sample(status, status.restartCount ?? 0));
}

/** 1 for a container in the state, 0 for any other: one whose status names no state is in none. */
export function isIn(state: keyof ContainerState): Samples {
  return (statuses) => statuses.map((status) => sample(status, status.state?.[state] ? 1 : 0));
}

/** Why a container waits or has ended, whatever the reason; none of a container in another state. */
export function reasonOf(state: 'terminated' | 'waiting'): Samples {
  return (statuses) => statuses.flatMap((status) => reason(status, status.state?.[state]));
}

/** When the container began to run, in seconds since 1970; none of one that waits. */
export function started(statuses: Statuses): readonly Expected[] {
  return statuses.flatMap((status) => {
    const began = status.state?.running ?? status.state?.terminated;
    return began ? [sample(status, unixTimeOrZero(began.startedAt))] : [];
  });
}

/** Why the container's previous run ended. */
export function lastTerminatedReason(statuses: Statuses): readonly Expected[] {
  return statuses.flatMap((status) => reason(status, status.lastState?.terminated));
}

export function lastTerminatedExitCode(statuses: Statuses): readonly Expected[] {
  return lastTerminated(statuses, ({ exitCode = 0 }) => exitCode);
}

/** When the container's previous run ended, in seconds since 1970. */
export function lastTerminatedTime(statuses: Statuses): readonly Expected[] {
  return lastTerminated(statuses, ({ finishedAt }) => unixTimeOrZero(finishedAt));
}

function lastTerminated(statuses: Statuses, value: (end: Terminated) => number): readonly Expected[] {
  return statuses.flatMap((status) => {
    const end = status.lastState?.terminated;
    return end ? [sample(status, value(end))] : [];
  });
}

function reason({ name }: ContainerStatus, state: { readonly reason?: string } | undefined): readonly Expected[] {
  return state ? [{ labels: { container: name, reason: state.reason ?? '' }, value: 1 }] : [];
}

function sample({ name }: ContainerStatus, value: number): Expected {
  return { labels: { container: name }, value };
}
