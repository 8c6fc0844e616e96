import { container } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const requestsAreGone = mutant({
  sentence: 'The requests are gone, so that they are those of the limits.',
  change: container(({ resources }) => {
    delete resources?.requests;
  }),
  fails: ['hardening/resources-are-requested'],
});
