import type { KubernetesObject } from './object.ts';
import type { Taint } from './types.ts';
import type { Container, PodSpec, Toleration } from './workload.ts';

/** The fields of a pod that the suite reads. */
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
  /** The resources that the kubelet allocated to the container; from Kubernetes 1.33 on. */
  readonly resources?: Container['resources'];
  /** The user of the container's process; from Kubernetes 1.31 on. */
  readonly user?: { readonly linux?: { readonly uid: number } };
}

interface ContainerState {
  readonly running?: { readonly startedAt?: string };
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly reason?: string;
    readonly message?: string;
    readonly startedAt?: string;
    readonly finishedAt?: string;
  };
}

/** The pod's condition of this type; undefined if it has none. */
export function condition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find((candidate) => candidate.type === type);
}

export function isReady(pod: Pod): boolean {
  return condition(pod, 'Ready')?.status === 'True' && pod.metadata.deletionTimestamp === undefined;
}

/** Whether the scheduler has found no node for the pod. */
export function isUnschedulable(pod: Pod): boolean {
  return condition(pod, 'PodScheduled')?.reason === 'Unschedulable';
}

/** The number of restarts of all containers. */
export function restarts(pod: Pod): number {
  return (pod.status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** Whether a container of the pod terminated, or restarted after however long a back-off, within the last `age` milliseconds. */
export function restartedWithin({ status }: Pod, age: number): boolean {
  const times = (status?.containerStatuses ?? []).flatMap(({ lastState, restartCount, state }) => {
    const processes = [state?.running, state?.terminated, lastState?.terminated];
    return [lastState?.terminated?.finishedAt, ...(restartCount > 0 ? processes.map((process) => process?.startedAt) : [])];
  });
  return times.some((time) => Date.now() - Date.parse(time ?? '') <= age);
}

/** The state of a pod for an error message, in one line. */
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

/** The scheduler's reason for a node whose taint is not one of those that Kubernetes itself sets for a while, such as not-ready. */
const lastingTaint = /had untolerated taint \{(?!node\.(?:cloudprovider\.)?kubernetes\.io\/)/;

/** Its reasons for a node that the pod does not select, or that is cordoned, as the Node objects of the fixtures are. */
const otherNode = /didn't match Pod's node affinity\/selector|were unschedulable/;

/**
 * Whether the scheduler refuses a pod for what nobody is about to change: nodes have a taint that the pod does not tolerate, and no other node
 * takes it. Source: Kubernetes, kube-scheduler, plugins TaintToleration, NodeAffinity and NodeUnschedulable: their reasons.
 */
export function isUnschedulableForGood(pod: Pod): boolean {
  const { reason, message = '' } = condition(pod, 'PodScheduled') ?? {};
  const [, reasons = ''] = /nodes are available: (.*?)\.?(?: preemption: .*)?$/s.exec(message) ?? [];
  const perNode = reasons.split(/, (?=\d+ )/);
  const lasts = (text: string) => lastingTaint.test(text) || otherNode.test(text);
  return reason === 'Unschedulable' && perNode.some((text) => lastingTaint.test(text)) && perNode.every(lasts);
}

/** Whether a toleration matches a taint. Source: Kubernetes, Taints and tolerations: an empty key, and an empty effect, match all. */
export function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (!key) return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''));
}

/**
 * For how long a pod with these tolerations may stay on a node with this NoExecute taint.
 * Source: Kubernetes, Taints and tolerations: tolerationSeconds; of several tolerations of one taint the first one counts.
 * @returns seconds: 0 if the taint is not tolerated, Infinity if it is tolerated without a limit
 */
export function toleratedFor(tolerations: readonly Toleration[], taint: Taint): number {
  const first = tolerations.find((toleration) => tolerates(toleration, taint));
  return first ? (first.tolerationSeconds ?? Number.POSITIVE_INFINITY) : 0;
}
