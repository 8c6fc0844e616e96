import { mutant } from '../../helpers/mutation/mutant.ts';
import { everything, tolerationsOf } from '../../helpers/mutation/tolerations-of.ts';

export const clusterTakesNoScheduleForAll = mutant({
  sentence: 'The cluster takes the toleration of NoSchedule for one of every effect.',
  proxy: tolerationsOf('no-schedule', everything),
  fails: ['scheduling/no-schedule-toleration-is-not-enough'],
});
