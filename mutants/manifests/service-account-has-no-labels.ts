import { serviceAccount } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const serviceAccountHasNoLabels = mutant({
  sentence: 'The ServiceAccount has no labels.',
  change: serviceAccount(({ metadata }) => {
    metadata.labels = {};
  }),
  fails: ['manifests/common-labels'],
});
