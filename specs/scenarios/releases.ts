import { condition, isReady, type Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { switchOff, switchOn } from '../../helpers/suite/control-pod.ts';
import { seconds } from '../../helpers/wait.ts';
import { type Row, rowOf } from './comparison.ts';
import { forSeriesOf, jobs } from './configuration.ts';
import { RELEASE } from './environment.ts';
import { allPods, startBudget } from './pods.ts';
import { expressionResult } from './rule-check.ts';
import { expressionOf } from './rule-files.ts';

const rule = 'release:pod_ready';
const labels = ['namespace', 'pod', 'condition', `label_${RELEASE}`];

/** The rule's expression over the series of the exporter's copy, for the pods that have a release. */
export const readyByRelease = expressionResult(
  `the rule ${rule}`,
  `(${forSeriesOf(jobs.labels, expressionOf(rule))}) and on (namespace, pod) ${forSeriesOf(jobs.labels, `kube_pod_labels{label_${RELEASE}!=""}`)}`,
  labels,
  async (context) => {
    const pods = (await allPods(context)).filter(({ metadata }) => metadata.labels?.[RELEASE]);
    const required = pods.flatMap((pod) => {
      const ready = condition(pod, 'Ready')?.status.toLowerCase();
      return ready === undefined ? [] : ['true', 'false', 'unknown'].map((status) => rowFor(pod, status, status === ready));
    });
    return { required };
  },
);

/** The row of a pod's condition Ready with the status `true`: its value is 1 while the pod is ready. */
export function rowOfReadiness(pod: Pod, ready: boolean): Row {
  return rowFor(pod, 'true', ready);
}

export async function untilReady({ scratch }: RequirementContext, pod: Pod): Promise<void> {
  await scratch.podUntil(pod, `${pod.metadata.name} Ready`, isReady, startBudget);
}

/** Makes the pod's readiness probe fail, and waits until the pod is not Ready. */
export async function makeUnready({ cluster, scratch }: RequirementContext, pod: Pod): Promise<void> {
  await cluster.exec(pod, switchOff);
  await scratch.podUntil(pod, `${pod.metadata.name} not Ready`, (current) => !isReady(current), seconds(15));
}

/** Makes the pod's readiness probe succeed, and waits until the pod is Ready. */
export async function makeReady(context: RequirementContext, pod: Pod): Promise<void> {
  await context.cluster.exec(pod, switchOn);
  await untilReady(context, pod);
}

function rowFor({ metadata: { namespace = '', name, labels: podLabels } }: Pod, status: string, holds: boolean): Row {
  const release = podLabels?.[RELEASE] ?? '';
  return rowOf({ namespace, pod: name, condition: status, [`label_${RELEASE}`]: release }, holds ? 1 : 0);
}
