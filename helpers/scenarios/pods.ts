import type { Pod } from '../kube/pod.ts';
import type { RequirementContext } from '../requirement/context.ts';

/** All pods of the cluster. */
export function podsOf({ client }: Pick<RequirementContext, 'client'>): Promise<readonly Pod[]> {
  return client.list<Pod>({ apiVersion: 'v1', kind: 'Pod' });
}
