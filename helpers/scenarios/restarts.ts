import { isReady, type Pod, restarts } from '../kube/pod.ts';
import { switchOff } from '../probes/switch.ts';
import type { RequirementContext } from '../requirement/context.ts';
import { seconds, waitFor } from '../wait.ts';
import { alert } from './claims.ts';
import type { Reading } from './faults.ts';
import { podsOf } from './pods.ts';
import { type Row, rowOf } from './row.ts';
import { stageOf } from './stage.ts';

export const containerRestarts = alert('ContainerRestarts', ['namespace', 'pod', 'container'], restartedContainers);

/** The row of a pod's only container. */
export function rowOfContainer(pod: Pod): Row {
  return rowsOf(pod)[0]?.row ?? '';
}

/** Lets the pod's container be started again, once Prometheus has seen how often that had been before; gives back the pod after it. */
export async function startsAgain(context: RequirementContext, pod: Pod): Promise<Pod> {
  const { cluster, scratch } = context;
  const running = await scratch.podUntil(pod, `${pod.metadata.name} Ready`, isReady, seconds(40));
  const before = restarts(running);
  await hasSeen(context, running, before);
  await cluster.exec(running, switchOff);
  return scratch.podUntil(pod, `${pod.metadata.name} started again`, (now) => restarts(now) > before, seconds(30));
}

/** A change is one between two samples. */
async function hasSeen(context: RequirementContext, { metadata: { namespace, name } }: Pod, count: number): Promise<void> {
  const { prometheus } = await stageOf(context);
  await waitFor({
    what: `Prometheus to tell ${count} restart(s) of ${name}`,
    within: seconds(15),
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
