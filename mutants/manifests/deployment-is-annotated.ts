import { deployment } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const deploymentIsAnnotated = mutant({
  sentence: 'The Deployment has an annotation of which nothing is documented.',
  change: deployment(({ metadata }) => {
    metadata.annotations = { owner: 'somebody' };
  }),
  documented: true,
  fails: ['manifests/documented-rendering'],
});
