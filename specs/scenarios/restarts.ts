import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { isReady, type Pod, restartedWithin, restarts } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { switchOff } from '../../helpers/suite/control-pod.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { type Row, rowOf } from './comparison.ts';
import { environmentOf } from './environment.ts';
import { allPods, startBudget } from './pods.ts';
import { type AlertRow, alert } from './rule-check.ts';
import { scrapeBudget, timingOf } from './timing.ts';

/** How long a container may take from the end of its process to its restart, in milliseconds. */
export const restartBudget = seconds(30);

/** Only containers that have restarted may have an alert; the API does not have the time of every restart, so none is required. */
export const containerRestarts = alert(
  'ContainerRestarts',
  ['namespace', 'pod', 'container'],
  async (context) => ({
    required: [],
    optional: (await allPods(context))
      .flatMap(containersOf)
      .filter(({ count }) => count > 0)
      .map(({ row }) => row),
  }),
  ({ restartWindow }) => restartWindow,
);

/** The row of a pod with a single container. */
export function rowOfContainer(pod: Pod): Row {
  return containersOf(pod)[0]?.row ?? '';
}

/** Waits until the pod is Ready and Prometheus has a sample of its restarts, from which the next restart is a change. */
export async function untilRestartsAreScraped(context: RequirementContext, pod: Pod): Promise<Pod> {
  const ready = await context.scratch.podUntil(pod, `${pod.metadata.name} Ready`, isReady, startBudget);
  const { namespace, name } = ready.metadata;
  const count = restarts(ready);
  const { prometheus } = await environmentOf(context);
  await waitFor({
    what: `${count} restart(s) of ${name} in Prometheus`,
    within: (await timingOf(context)).untilEvaluated(scrapeBudget),
    observe: () => prometheus.query(`kube_pod_container_status_restarts_total{namespace="${namespace}",pod="${name}"}`),
    until: (result) => 'rows' in result && result.rows.some(({ value }) => Number(value) === count),
    describe: (result) => JSON.stringify(result),
  });
  return ready;
}

/** Ends the process of the pod's container, and waits until the container has restarted. */
export async function restartContainer({ cluster, scratch }: RequirementContext, pod: Pod): Promise<void> {
  await cluster.exec(pod, switchOff);
  const hasRestarted = (current: Pod) => restarts(current) > restarts(pod);
  await scratch.podUntil(pod, `${pod.metadata.name} restarted`, hasRestarted, restartBudget);
}

function containersOf({
  metadata: { namespace = '', name },
  status,
}: Pod): readonly { readonly row: Row; readonly count: number }[] {
  return (status?.containerStatuses ?? []).map((container) => ({
    row: rowOf({ namespace, pod: name, container: container.name }),
    count: container.restartCount,
  }));
}

/** The pods that were created or have restarted since shortly before now, found by repeated observation, as some do not last. */
export async function changedPods(context: RequirementContext) {
  const timing = await timingOf(context);
  // What is so old may still make an alert begin to fire.
  const earliest = performance.now() - timing.untilEvaluated(freshnessBound) - timing.restartWindow;
  const found = new Set<string>();
  /** By name. A container that was created again is counted before the API has the time of its start. */
  const counts = new Map<string, number>();
  const nameOf = (namespace = '', pod = '') => `${namespace}/${pod}`;
  const observe = async () => {
    const age = performance.now() - earliest;
    for (const pod of await allPods(context)) {
      const { namespace, name, creationTimestamp = '' } = pod.metadata;
      const key = nameOf(namespace, name);
      const count = restarts(pod);
      const isNew = Date.now() - Date.parse(creationTimestamp) <= age;
      if (isNew || count > (counts.get(key) ?? count) || restartedWithin(pod, age)) found.add(key);
      counts.set(key, count);
    }
  };
  await observe();
  return { observe, has: ({ namespace, pod }: AlertRow['labels']) => found.has(nameOf(namespace, pod)) };
}
