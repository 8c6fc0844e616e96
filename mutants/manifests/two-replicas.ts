import { deployment } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const twoReplicas = mutant({
  sentence: 'Two replicas expose the cluster.',
  change: deployment(({ spec }) => {
    spec.replicas = 2;
  }),
  fails: ['manifests/one-replica'],
  verifies: ['dns'],
});
