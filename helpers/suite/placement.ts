import { formatTaint } from '../cluster/ready.ts';
import type { Profile, Taint } from '../exporter/profile.ts';
import { verify } from '../failure.ts';
import { condition, describePod, isUnschedulableForGood, type Pod, toleratedFor } from '../kube/pod.ts';
import { seconds, waitFor } from '../wait.ts';
import type { Node } from './cluster.ts';
import type { RequirementContext } from './context.ts';

/** How long the scheduler may take to decide on a pod, in milliseconds. */
const schedulingBudget = seconds(20);

/** The fields of a pod's spec with which only this node is feasible. */
export function onlyOn(node: Node): Readonly<Record<string, unknown>> {
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node.metadata.name] }];
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } } },
  };
}

/** The fields of a pod's spec with which it tolerates what the profile's deployment tolerates, and nothing more. */
export function tolerating({ promises }: Profile): Readonly<Record<string, unknown>> {
  return promises.toleration ? { tolerations: [promises.toleration] } : {};
}

/**
 * Waits until the exporter is scheduled.
 * @throws RequirementFailure when it is on another node
 */
export async function exporterRunsOn({ exporter, target, observed }: RequirementContext, node: Node): Promise<void> {
  const pods = await waitFor({
    what: `the exporter's pod on ${node.metadata.name}`,
    within: schedulingBudget,
    observe: () => exporter.pods(),
    until: (candidates) => candidates.some(({ spec }) => spec.nodeName !== undefined),
    hopeless: (candidates) =>
      candidates.length > 0 && candidates.every(isUnschedulableForGood) ? candidates.map(describePod).join('; ') : undefined,
    describe: (candidates) =>
      candidates.map(describePod).join('; ') || `no pod of the ${target.workload.kind} ${target.workload.metadata.name}`,
  });
  const pod = pods.find(({ spec }) => spec.nodeName !== undefined) as Pod;
  verify(pod.spec.nodeName === node.metadata.name, {
    expected: `the exporter on ${node.metadata.name}`,
    actual: describePod(pod),
  });
  observed(describePod(pod));
}

/**
 * Verifies by the exporter's pod, in whatever state it is, that it tolerates a taint without a limit of time: an eviction hours later cannot
 * be waited for.
 */
export async function toleratesWithoutLimit({ exporter, target, observed }: RequirementContext, taint: Taint): Promise<void> {
  const [pod] = await waitFor({
    what: `a pod of the ${target.workload.kind} ${target.workload.metadata.name}`,
    within: schedulingBudget,
    observe: () => exporter.pods(),
    until: (pods) => pods.length > 0,
    describe: () => 'no pod',
  });
  const { spec } = pod as Pod;
  const duration = toleratedFor(spec.tolerations ?? [], taint);
  const name = formatTaint(taint);
  verify(duration === Number.POSITIVE_INFINITY, {
    expected: `${name} tolerated without tolerationSeconds`,
    actual: duration === 0 ? `no toleration of ${name}` : `${name} tolerated for ${duration} s, after which the pod is evicted`,
  });
  observed(`${name} tolerated without limit`);
}

/** Waits until a pod is scheduled to a node. */
export async function isPlacedOn({ scratch, observed }: RequirementContext, pod: Pod, node: Node): Promise<void> {
  const what = `${pod.metadata.name} placed on ${node.metadata.name}`;
  const placed = await scratch.podUntil(pod, what, ({ spec }) => spec.nodeName === node.metadata.name, schedulingBudget);
  observed(describePod(placed));
}

/**
 * Waits for the scheduler's message on a pod that no node is feasible for.
 * @throws RequirementFailure when the pod is scheduled, or is Pending for another reason
 */
export async function staysPending({ scratch, observed }: RequirementContext, pod: Pod, because: RegExp): Promise<void> {
  const pending = await scratch.podUntil(
    pod,
    `the scheduler's decision on ${pod.metadata.name}`,
    (now) => now.spec.nodeName !== undefined || condition(now, 'PodScheduled')?.reason === 'Unschedulable',
    schedulingBudget,
  );
  const message = condition(pending, 'PodScheduled')?.message ?? '';
  verify(pending.spec.nodeName === undefined && because.test(message), {
    expected: `${pod.metadata.name} Pending for: ${because.source}`,
    actual: describePod(pending),
  });
  observed(message);
}

/**
 * Waits until a pod runs.
 * @throws RequirementFailure when it runs on this node
 */
export async function runsElsewhere({ scratch, observed }: RequirementContext, pod: Pod, node: Node): Promise<void> {
  const running = await scratch.running(pod);
  verify(running.spec.nodeName !== node.metadata.name, {
    expected: `a node other than ${node.metadata.name}`,
    actual: describePod(running),
  });
  observed(describePod(running));
}
