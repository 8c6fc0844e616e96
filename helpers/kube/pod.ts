import type { KubernetesObject } from './object.ts';
import type { Container, PodSpec } from './workload.ts';

/** A pod as the API server shows it, as far as the suite looks into it. */
export interface Pod extends KubernetesObject {
  readonly spec: PodSpec & { readonly nodeName?: string };
  readonly status?: PodStatus;
}

export interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly podIP?: string;
  readonly podIPs?: readonly { readonly ip: string }[];
  readonly conditions?: readonly PodCondition[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly containerID?: string;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
  /** What the kubelet has given the container; from Kubernetes 1.33 on. */
  readonly resources?: Container['resources'];
  /** As whom the kubelet started it; from Kubernetes 1.31 on. */
  readonly user?: { readonly linux?: { readonly uid: number } };
}

interface ContainerState {
  readonly running?: { readonly startedAt?: string };
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason?: string;
    readonly message?: string;
    readonly finishedAt?: string;
  };
}

export function condition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((one) => one.type === type);
}

export function isReady(pod: Pod): boolean {
  return condition(pod, 'Ready')?.status === 'True' && pod.metadata.deletionTimestamp === undefined;
}

export function restarts(pod: Pod): number {
  return (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** Whether a container of the pod has ended, and been started again, not longer ago than this; in milliseconds. */
export function restartedWithin({ status }: Pod, age: number): boolean {
  const ends = (status?.containerStatuses ?? []).map(({ lastState }) => Date.parse(lastState?.terminated?.finishedAt ?? ''));
  return ends.some((end) => Date.now() - end <= age);
}

/** What one would like to read of a pod that is not as it should be, in one line. */
export function describePod(pod: Pod | undefined): string {
  if (!pod) return 'no such pod';
  const { phase = 'no phase', reason, message } = pod.status ?? {};
  const facts = [`${pod.metadata.name} ${phase}`];
  if (pod.metadata.deletionTimestamp !== undefined) facts.push('being deleted');
  if (reason !== undefined) facts.push(`${reason}${message === undefined ? '' : `: ${message}`}`);
  const unscheduled = condition(pod, 'PodScheduled');
  if (unscheduled?.status === 'False') facts.push(`${unscheduled.reason}: ${unscheduled.message}`);
  if (pod.spec.nodeName !== undefined) facts.push(`on ${pod.spec.nodeName}`);
  for (const status of pod.status?.containerStatuses ?? []) facts.push(describeContainer(status));
  return facts.join(', ');
}

function describeContainer({ name, ready, restartCount, state, lastState }: ContainerStatus): string {
  const { waiting, terminated } = state ?? {};
  const facts = [`container ${name} ${ready ? 'ready' : 'not ready'}`];
  if (waiting)
    facts.push(`waiting: ${waiting.reason ?? 'no reason'}${waiting.message === undefined ? '' : ` (${waiting.message})`}`);
  if (terminated) facts.push(`terminated: ${terminated.reason ?? ''} with exit code ${terminated.exitCode}`);
  if (restartCount > 0)
    facts.push(`${restartCount} restart(s), the last after exit code ${lastState?.terminated?.exitCode ?? 'unknown'}`);
  return facts.join(', ');
}
