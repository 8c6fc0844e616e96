import { integerQuantity } from '../../helpers/catalogue/quantity.ts';
import { withoutPayload } from '../../helpers/kube/object.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { switchOff } from '../../helpers/suite/control-pod.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds } from '../../helpers/wait.ts';
import { type Row, rowOf } from './comparison.ts';
import { alert, expressionResult, recordedCount } from './rule-check.ts';

/** All pods of the cluster. */
export function allPods({ client }: RequirementContext): Promise<readonly Pod[]> {
  return client.list<Pod>({ apiVersion: 'v1', kind: 'Pod' });
}

export const podNotRunning = alert('PodNotRunning', ['namespace', 'pod', 'phase'], async (context) => ({
  required: (await allPods(context)).flatMap((pod) => {
    const { phase = '' } = pod.status ?? {};
    return ['Failed', 'Unknown', 'Pending'].includes(phase) ? [rowInPhase(pod, phase)] : [];
  }),
}));

export function rowInPhase({ metadata: { namespace = '', name } }: Pod, phase: string): Row {
  return rowOf({ namespace, pod: name, phase });
}

/** Replaces the pod by one of the same name that a node matches, and waits until it runs. */
export async function replaceWithSchedulable({ profile, scratch }: RequirementContext, pod: Pod): Promise<Pod> {
  await scratch.remove(pod);
  return scratch.running(await scratch.pod({ name: pod.metadata.name, spec: tolerating(profile) }));
}

export const containersStarted = recordedCount('cluster:containers_started:count', async (context) => {
  const statuses = (await allPods(context)).flatMap(({ status }) => status?.containerStatuses ?? []);
  return statuses.filter(({ state }) => state?.running ?? state?.terminated).length;
});

export const configMapCount = recordedCount(
  'cluster:config_maps:count',
  async ({ client }) => (await client.list({ apiVersion: 'v1', kind: 'ConfigMap' }, {}, withoutPayload)).length,
);

const requestsRule = 'node_namespace_pod:memory_requests:running';

export const memoryRequests = expressionResult(
  `the recorded ${requestsRule}`,
  requestsRule,
  ['namespace', 'pod', 'node'],
  async (context) => ({
    required: (await allPods(context)).filter(({ status }) => status?.phase === 'Running').flatMap(rowsOfRequests),
  }),
);

/** The row with the memory that a pod requests on its node, in bytes; none when it requests no memory. */
export function rowsOfRequests({ metadata: { namespace = '', name }, spec }: Pod): readonly Row[] {
  const requests = spec.containers.flatMap(({ resources }) => resources?.requests?.memory ?? []);
  if (requests.length === 0) return [];
  const bytes = requests.reduce((sum, text) => sum + integerQuantity(text), 0);
  return [rowOf({ namespace, pod: name, node: spec.nodeName ?? '' }, bytes)];
}

/** How long a pod of the scenarios may take to run, in milliseconds: all of them start at the same time. */
export const startBudget = seconds(40);

/** Ends the pod's process, and waits until the pod has ended; it is not deleted. */
export async function end({ cluster, scratch }: RequirementContext, pod: Pod): Promise<void> {
  await cluster.exec(pod, switchOff);
  const hasEnded = ({ status }: Pod) => status?.phase === 'Failed' || status?.phase === 'Succeeded';
  await scratch.podUntil(pod, `${pod.metadata.name} Failed or Succeeded`, hasEnded, seconds(30));
}
