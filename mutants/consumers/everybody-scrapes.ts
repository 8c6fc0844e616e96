import { mutant } from '../../helpers/mutation/mutant.ts';
import { everyAccountMayScrape } from '../../helpers/mutation/open-to-all.ts';

export const everybodyScrapes = mutant({
  sentence: 'Every ServiceAccount may ask the exporter through the Service.',
  cluster: everyAccountMayScrape,
  fails: ['consumers/outside-without-a-role'],
});
