import { mutant } from '../../helpers/mutation/mutant.ts';
import { bringsAToken, isScrapeOfTheService } from '../../helpers/mutation/other-readers.ts';
import { answers } from '../../helpers/mutation/scrapes.ts';

export const nobodyIsAskedForAToken = mutant({
  sentence: 'The API server asks nobody for a token who asks for the exposition.',
  proxy: () =>
    answers(
      (passing) => isScrapeOfTheService(passing) && !bringsAToken(passing),
      (answer) => ({ ...answer, status: 200, body: 'kube_pod_info{} 1\n' }),
    ),
  fails: ['consumers/outside-without-a-token'],
});
