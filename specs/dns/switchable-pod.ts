import { isReady, type Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { switchedOn, switchOff, switchProbe } from '../../helpers/suite/control-pod.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { liveService } from '../../helpers/suite/selected-pods.ts';
import { seconds } from '../../helpers/wait.ts';

const startBudget = seconds(30);

/**
 * Makes a pod that the exporter's Service selects and that is ready for as long as it is told to be. It has none of the Service's
 * ports, so that no scraper takes it for the exporter, and no replica set's hash, so that none adopts it.
 * @returns the pod, once it is Ready
 */
export async function switchablePod(context: RequirementContext): Promise<Pod> {
  const { profile, scratch, target, run } = context;
  const pod = await scratch.pod({
    name: `switchable-${run.id}`,
    namespace: target.namespace,
    labels: (await liveService(context)).spec.selector ?? {},
    command: switchedOn,
    spec: tolerating(profile),
    container: { readinessProbe: switchProbe },
  });
  return scratch.podUntil(pod, `${pod.metadata.name} Ready`, isReady, startBudget);
}

/** Ends the pod's readiness and waits until the API server knows. */
export async function makeUnready({ cluster, scratch }: RequirementContext, pod: Pod): Promise<Pod> {
  await cluster.exec(pod, switchOff);
  return scratch.podUntil(pod, `${pod.metadata.name} not Ready`, (now) => !isReady(now), seconds(15));
}
