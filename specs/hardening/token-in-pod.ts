import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds } from '../../helpers/wait.ts';
import { mounts, rootMount, tokenMounts } from './proc.ts';

/**
 * Runs a pod of the exporter's ServiceAccount that does not set automountServiceAccountToken. It is in the exporter's namespace, like
 * the account, and has no label that a Service selects.
 * @returns the paths where a token is mounted in it
 * @throws an Error when the pod did not print its mounts
 */
export async function tokensMountedByDefault({
  scratch,
  target,
  cluster,
  run,
  profile,
}: Pick<RequirementContext, 'scratch' | 'target' | 'cluster' | 'run' | 'profile'>): Promise<readonly string[]> {
  const pod = await scratch.pod({
    name: `without-token-${run.id}`,
    namespace: target.namespace,
    command: ['cat', '/proc/self/mountinfo'],
    spec: {
      serviceAccountName: target.serviceAccountName,
      automountServiceAccountToken: undefined,
      restartPolicy: 'Never',
      ...tolerating(profile),
    },
  });
  try {
    const hasEnded = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
    await scratch.podUntil(pod, 'a control pod of the same ServiceAccount ended', hasEnded, seconds(60));
    const mountsOfPod = mounts(await cluster.log(pod));
    rootMount(mountsOfPod);
    return tokenMounts(mountsOfPod).map(({ point }) => point);
  } finally {
    await scratch.remove(pod);
  }
}
