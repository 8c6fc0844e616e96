import { mutant } from '../../helpers/mutation/mutant.ts';
import { repeated } from '../../helpers/mutation/repeated.ts';

export const autoscalerOfTwoQueuesIsRepeated = mutant({
  sentence: 'The series of an autoscaler on two external metrics are repeated.',
  proxy: repeated('kube_horizontalpodautoscaler_info', 'horizontalpodautoscaler="two-queues"'),
  fails: ['exposition/no-duplicates-for-same-external-metric-twice'],
});
