import { mutant } from '../../helpers/mutation/mutant.ts';
import { everyAccountMayView } from '../../helpers/mutation/open-to-all.ts';

export const everybodyViews = mutant({
  sentence: 'Every ServiceAccount may see what is in the cluster.',
  cluster: everyAccountMayView,
  fails: ['consumers/outside-gets-no-more'],
});
