import { mutant } from '../../helpers/mutation/mutant.ts';
import { isScrapeOfTheService, withoutLeaseOwners } from '../../helpers/mutation/other-readers.ts';
import { answers } from '../../helpers/mutation/scrapes.ts';

export const serviceGivesLess = mutant({
  sentence: 'A reader outside of the cluster gets a family less through the Service.',
  proxy: () => answers(isScrapeOfTheService, withoutLeaseOwners),
  fails: ['consumers/outside-through-the-service'],
});
