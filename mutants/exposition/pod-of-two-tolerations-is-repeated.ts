import { mutant } from '../../helpers/mutation/mutant.ts';
import { repeated } from '../../helpers/mutation/repeated.ts';

export const podOfTwoTolerationsIsRepeated = mutant({
  sentence: 'The series of a pod that lists a toleration twice are repeated.',
  proxy: repeated('kube_pod_info', 'pod="tolerates-twice"'),
  fails: ['exposition/no-duplicates-for-duplicate-tolerations'],
});
