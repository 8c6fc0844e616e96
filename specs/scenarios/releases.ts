import { condition, isReady, type Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { switchOff, switchOn } from '../../helpers/suite/control-pod.ts';
import { seconds } from '../../helpers/wait.ts';
import { evaluated } from './claims.ts';
import type { Reading } from './faults.ts';
import { forSeriesOf, jobs } from './jobs.ts';
import { podsOf } from './pods.ts';
import { RELEASE } from './release-label.ts';
import { type Row, rowOf } from './row.ts';
import { expressionOf } from './rule-files.ts';

const rule = 'release:pod_ready';
const labels = ['namespace', 'pod', 'condition', `label_${RELEASE}`];

/** The rule's expression over what the copy tells, and of its result the pods that have a release. */
export const readyByRelease = evaluated(
  `the rule ${rule}`,
  `(${forSeriesOf(jobs.labels, expressionOf(rule))}) and on (namespace, pod) ${forSeriesOf(jobs.labels, `kube_pod_labels{label_${RELEASE}!=""}`)}`,
  labels,
  readinessByRelease,
);

/** The row that says whether a pod is ready. */
export function rowOfReady(pod: Pod, ready: boolean): Row {
  return rowFor(pod, 'true', ready);
}

/** Waits until the pod is ready, or lets it be no more. */
export async function becomesReady({ scratch }: RequirementContext, pod: Pod): Promise<void> {
  await scratch.podUntil(pod, `${pod.metadata.name} Ready`, isReady, seconds(40));
}

export async function becomesUnready({ cluster, scratch }: RequirementContext, pod: Pod): Promise<void> {
  await cluster.exec(pod, switchOff);
  await scratch.podUntil(pod, `${pod.metadata.name} not Ready`, (now) => !isReady(now), seconds(15));
}

export async function isReadyAgain(context: RequirementContext, pod: Pod): Promise<void> {
  await context.cluster.exec(pod, switchOn);
  await becomesReady(context, pod);
}

async function readinessByRelease(context: RequirementContext): Promise<Reading> {
  const pods = (await podsOf(context)).filter(({ metadata }) => metadata.labels?.[RELEASE]);
  const must = pods.flatMap((pod) => {
    const status = condition(pod, 'Ready')?.status.toLowerCase();
    return status === undefined ? [] : ['true', 'false', 'unknown'].map((one) => rowFor(pod, one, one === status));
  });
  return { must };
}

function rowFor({ metadata: { namespace = '', name, labels: own } }: Pod, status: string, holds: boolean): Row {
  const release = own?.[RELEASE] ?? '';
  return rowOf({ namespace, pod: name, condition: status, [`label_${RELEASE}`]: release }, holds ? 1 : 0);
}
