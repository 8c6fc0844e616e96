import { integerQuantity } from '../../helpers/catalogue/quantity.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { switchOff } from '../../helpers/suite/control-pod.ts';
import { seconds } from '../../helpers/wait.ts';
import { evaluated } from './claims.ts';
import type { Reading } from './faults.ts';
import { podsOf } from './pods.ts';
import { type Row, rowOf } from './row.ts';

const rule = 'node_namespace_pod:memory_requests:running';

export const requestsOfRunning = evaluated(`the recorded ${rule}`, rule, ['namespace', 'pod', 'node'], memoryOfRunning);

/** The row of what a pod on its node asks for; none where it asks for no memory. */
export function rowOfRequests({ metadata: { namespace = '', name }, spec }: Pod): readonly Row[] {
  const asked = spec.containers.flatMap(({ resources }) => resources?.requests?.memory ?? []);
  if (asked.length === 0) return [];
  const bytes = asked.reduce((sum, text) => sum + integerQuantity(text), 0);
  return [rowOf({ namespace, pod: name, node: spec.nodeName ?? '' }, bytes)];
}

/** Waits until the pod runs. */
export function runs({ scratch }: RequirementContext, pod: Pod): Promise<Pod> {
  return scratch.podUntil(pod, `${pod.metadata.name} Running`, ({ status }) => status?.phase === 'Running', seconds(40));
}

/** Lets the pod come to its end, and waits for it; it is there and runs no more. */
export async function ends({ cluster, scratch }: RequirementContext, pod: Pod): Promise<void> {
  await cluster.exec(pod, switchOff);
  const hasEnded = ({ status }: Pod) => status?.phase === 'Failed' || status?.phase === 'Succeeded';
  await scratch.podUntil(pod, `${pod.metadata.name} at its end`, hasEnded, seconds(30));
}

async function memoryOfRunning(context: RequirementContext): Promise<Reading> {
  const running = (await podsOf(context)).filter(({ status }) => status?.phase === 'Running');
  return { must: running.flatMap(rowOfRequests) };
}
