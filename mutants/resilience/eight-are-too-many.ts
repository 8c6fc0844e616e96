import { crowded } from '../../helpers/mutation/crowded.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const eightAreTooMany = mutant({
  sentence: 'Of more than four scrapes at once some are cut off.',
  proxy: crowded(4),
  fails: ['resilience/answers-eight-at-once'],
});
