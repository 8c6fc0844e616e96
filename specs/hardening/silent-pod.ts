import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds } from '../../helpers/wait.ts';
import { mounts, rootMount, tokenMounts } from './mounts.ts';

/**
 * Runs a pod of the exporter's own ServiceAccount that says nothing about a token, and looks for one from inside.
 * It is in the exporter's namespace, where alone the account is, with no label that a Service selects.
 * @returns where a token is mounted in it; empty for nowhere
 * @throws an Error when it did not tell its mounts
 */
export async function tokensOfSilentPod({
  scratch,
  target,
  cluster,
  run,
  profile,
}: Pick<RequirementContext, 'scratch' | 'target' | 'cluster' | 'run' | 'profile'>): Promise<readonly string[]> {
  const pod = await scratch.pod({
    name: `silent-${run.id}`,
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
    const ended = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
    await scratch.podUntil(pod, 'a control pod of the same ServiceAccount ended', ended, seconds(60));
    const seen = mounts(await cluster.log(pod));
    rootMount(seen);
    return tokenMounts(seen).map(({ point }) => point);
  } finally {
    await scratch.remove(pod);
  }
}
