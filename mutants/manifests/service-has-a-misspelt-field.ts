import { service } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const serviceHasAMisspeltField = mutant({
  sentence: 'A field of the Service is misspelt.',
  change: service(({ spec }) => Object.assign(spec, { sesionAffinity: 'None' })),
  fails: ['manifests/accepted-strictly'],
});
