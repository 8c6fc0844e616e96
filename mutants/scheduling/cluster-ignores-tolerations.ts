import { mutant } from '../../helpers/mutation/mutant.ts';
import { tolerationsOf } from '../../helpers/mutation/tolerations-of.ts';

export const clusterIgnoresTolerations = mutant({
  sentence: 'The cluster takes a toleration away from a pod.',
  proxy: tolerationsOf('tolerating', []),
  fails: ['scheduling/toleration-alone-places'],
});
