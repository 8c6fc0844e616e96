import { isReady, type Pod, restarts } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { switchOff } from '../../helpers/suite/control-pod.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { alert } from './claims.ts';
import type { Reading } from './faults.ts';
import { paceOf, patience } from './pace.ts';
import { podsOf } from './pods.ts';
import { type Row, rowOf } from './row.ts';
import { stageOf } from './stage.ts';

/** How long a container may take from its end to its next start, and to its being told. */
export const restartBudget = seconds(30);

export const containerRestarts = alert(
  'ContainerRestarts',
  ['namespace', 'pod', 'container'],
  restartedContainers,
  ({ restartWindow }) => restartWindow,
);

/** The row of a pod's only container. */
export function rowOfContainer(pod: Pod): Row {
  return rowsOf(pod)[0]?.row ?? '';
}

/** Waits until the pod runs and Prometheus has seen how often its container was started again so far; gives back the pod. */
export async function isWatched(context: RequirementContext, pod: Pod): Promise<Pod> {
  const running = await context.scratch.podUntil(pod, `${pod.metadata.name} Ready`, isReady, seconds(40));
  await hasSeen(context, running, restarts(running));
  return running;
}

/** Lets the pod's container end, and waits until it has been started again. */
export async function startsAgain({ cluster, scratch }: RequirementContext, pod: Pod): Promise<void> {
  await cluster.exec(pod, switchOff);
  const again = (now: Pod) => restarts(now) > restarts(pod);
  await scratch.podUntil(pod, `${pod.metadata.name} started again`, again, restartBudget);
}

/** A change is one between two samples. */
async function hasSeen(context: RequirementContext, { metadata: { namespace, name } }: Pod, count: number): Promise<void> {
  const { prometheus } = await stageOf(context);
  await waitFor({
    what: `Prometheus to tell ${count} restart(s) of ${name}`,
    within: (await paceOf(context)).untilTold(patience),
    observe: () => prometheus.query(`kube_pod_container_status_restarts_total{namespace="${namespace}",pod="${name}"}`),
    until: (result) => 'rows' in result && result.rows.some(({ value }) => Number(value) === count),
    describe: (result) => JSON.stringify(result),
  });
}

/** No container that has never been started again may be told; when another one was, the API does not say. */
async function restartedContainers(context: RequirementContext): Promise<Reading> {
  const containers = (await podsOf(context)).flatMap(rowsOf);
  return { must: [], may: containers.filter(({ count }) => count > 0).map(({ row }) => row) };
}

function rowsOf({ metadata: { namespace = '', name }, status }: Pod): readonly { readonly row: Row; readonly count: number }[] {
  return (status?.containerStatuses ?? []).map((one) => ({
    row: rowOf({ namespace, pod: name, container: one.name }),
    count: one.restartCount,
  }));
}
