import { referenceOf } from '../kube/reference.ts';
import { seconds, waitFor } from '../wait.ts';
import type { ClusterChange } from './mutant.ts';

/** Changes an annotation of the Service again and again, as a controller that disagrees with the manifests would. */
export const rewrittenAllTheTime: ClusterChange = async ({ client, target }) => {
  const reference = referenceOf(target.service);
  let ended = false;
  let count = 0;
  const rewriting = waitFor({
    what: 'the end of the rewriting',
    within: seconds(300),
    every: 10,
    observe: async () => {
      count += 1;
      await client.merge(reference, { metadata: { annotations: { 'example.com/rewritten': String(count) } } });
    },
    until: () => ended,
    describe: () => `${count} times`,
  });
  return async () => {
    ended = true;
    await rewriting;
  };
};
