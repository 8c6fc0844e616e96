import { mutant } from '../../helpers/mutation/mutant.ts';
import { bringsAToken, withoutLeaseOwners } from '../../helpers/mutation/other-readers.ts';
import { answers, isScrape } from '../../helpers/mutation/scrapes.ts';

export const clusterGetsOtherFamilies = mutant({
  sentence: 'In the cluster a scraper gets a family that the suite does not get through the API server.',
  proxy: () => answers((passing) => isScrape(passing) && !bringsAToken(passing), withoutLeaseOwners),
  fails: ['consumers/scraped-in-the-cluster'],
});
