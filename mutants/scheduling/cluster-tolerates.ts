import { mutant } from '../../helpers/mutation/mutant.ts';
import { everything, tolerationsOf } from '../../helpers/mutation/tolerations-of.ts';

export const clusterTolerates = mutant({
  sentence: 'The cluster lets a pod without a toleration tolerate everything.',
  proxy: tolerationsOf('untolerating', everything),
  fails: ['scheduling/untolerating-pod-stays-pending'],
});
