import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';

/** All pods of the cluster. */
export function podsOf({ client }: Pick<RequirementContext, 'client'>): Promise<readonly Pod[]> {
  return client.list<Pod>({ apiVersion: 'v1', kind: 'Pod' });
}
