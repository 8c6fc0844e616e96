import pMap from 'p-map';
import { servedReads } from '../../helpers/exporter/reads.ts';
import { requestsInFlight } from '../../helpers/kube/access-review.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { exportersAccount } from './account.ts';
import { listAnswers, watchAnswers } from './answers.ts';

/**
 * Really lists and watches, with the exporter's own token, each resource that it reads and the cluster serves.
 * @returns what is wrong with the answers, and how many resources there are
 */
export async function readsAnswer({
  client,
  target,
  scratch,
}: Pick<RequirementContext, 'client' | 'target' | 'scratch'>): Promise<{
  readonly findings: readonly string[];
  readonly resources: number;
}> {
  const account = await exportersAccount({ client, target, scratch });
  const reads = servedReads(target, client.mapper);
  const answers = await pMap(
    reads,
    async (resource) => {
      const filled = (await client.list(resource, { limit: 1 })).length > 0;
      return [await listAnswers(account.client, resource, filled), await watchAnswers(account.client, resource, filled)];
    },
    { concurrency: requestsInFlight },
  );
  return { findings: answers.flat().filter((answer) => answer !== undefined), resources: reads.length };
}
