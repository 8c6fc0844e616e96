import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds } from '../../helpers/wait.ts';
import { alert } from './claims.ts';
import type { Reading } from './faults.ts';
import { podsOf } from './pods.ts';
import { type Row, rowOf } from './row.ts';

export const podNotRunning = alert('PodNotRunning', ['namespace', 'pod', 'phase'], podsNotRunning);

export function rowInPhase({ metadata: { namespace = '', name } }: Pod, phase: string): Row {
  return rowOf({ namespace, pod: name, phase });
}

/** Makes another pod of the same name that a node takes, and waits until it runs. */
export async function replaced({ profile, scratch }: RequirementContext, pod: Pod): Promise<Pod> {
  await scratch.remove(pod);
  const { name } = pod.metadata;
  const made = await scratch.pod({ name, spec: tolerating(profile) });
  return scratch.podUntil(made, `${name} Running`, ({ status }) => status?.phase === 'Running', seconds(30));
}

async function podsNotRunning(context: RequirementContext): Promise<Reading> {
  const pods = await podsOf(context);
  const must = pods.flatMap((pod) => {
    const { phase = '' } = pod.status ?? {};
    return ['Failed', 'Unknown', 'Pending'].includes(phase) ? [rowInPhase(pod, phase)] : [];
  });
  return { must };
}
