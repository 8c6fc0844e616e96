import type { Pod } from '../kube/pod.ts';
import type { RequirementContext } from '../requirement/context.ts';
import { seconds } from '../wait.ts';
import { TOKEN_DIRECTORY } from './mounts.ts';

/**
 * Runs a pod of the exporter's own ServiceAccount that says nothing about a token, and looks for one from inside.
 * It is in the exporter's namespace, where alone the account is, with no label that a Service selects.
 * @returns the paths of the tokens that it has; empty for none
 */
export async function tokensOfSilentPod({
  scratch,
  target,
  cluster,
  run,
}: Pick<RequirementContext, 'scratch' | 'target' | 'cluster' | 'run'>): Promise<readonly string[]> {
  const pod = await scratch.pod({
    name: `silent-${run.id}`,
    namespace: target.namespace,
    command: ['sh', '-c', `find /var/run /run -path '*${TOKEN_DIRECTORY}/token'; echo searched`],
    spec: {
      serviceAccountName: target.serviceAccountName,
      automountServiceAccountToken: undefined,
      restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
    },
  });
  try {
    const ended = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
    await scratch.podUntil(pod, 'a control pod of the same ServiceAccount ended', ended, seconds(60));
    const lines = (await cluster.log(pod)).trim().split('\n');
    if (lines.at(-1) !== 'searched')
      throw new Error(`The control pod did not search for a token; it printed: ${lines.join(' ')}`);
    return lines.slice(0, -1);
  } finally {
    await scratch.remove(pod);
  }
}
