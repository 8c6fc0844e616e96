import { mutant } from '../../helpers/mutation/mutant.ts';
import { bringsAToken, withoutLeaseOwners } from '../../helpers/mutation/other-readers.ts';
import { answers, isScrape } from '../../helpers/mutation/scrapes.ts';

export const podGivesLess = mutant({
  sentence: 'A reader outside of the cluster gets a family less through the pod.',
  proxy: () => answers((passing) => isScrape(passing) && bringsAToken(passing), withoutLeaseOwners),
  fails: ['consumers/outside-through-the-pod'],
});
