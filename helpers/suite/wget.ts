import { describePod, type Pod } from '../kube/pod.ts';
import type { Cluster } from './cluster.ts';

/** What a pod of the cluster got for a URL: the body, or why nothing came, as the pod's own shell put it. */
export type Got = { readonly body: string } | { readonly refusal: string };

/** Asks for a URL from inside a pod, 5 s at most. */
export async function wget(cluster: Pick<Cluster, 'exec'>, pod: Pod, url: string): Promise<Got> {
  const { exitCode, stdout, stderr } = await cluster.exec(pod, ['timeout', '5', 'wget', '-q', '-O', '-', url]);
  if (exitCode === 0) return { body: stdout };
  return { refusal: `no answer in ${describePod(pod)}: ${stderr.trim() || `exit code ${exitCode}`}` };
}
