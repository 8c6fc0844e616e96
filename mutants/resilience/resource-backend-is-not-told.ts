import { mutant } from '../../helpers/mutation/mutant.ts';
import { answers, isScrape } from '../../helpers/mutation/scrapes.ts';

export const resourceBackendIsNotTold = mutant({
  sentence: 'The current release does not tell of an Ingress whose backend is a resource.',
  target: 'current',
  proxy: () =>
    answers(isScrape, (answer) => ({ ...answer, body: answer.body.replace(/^.*ingress="resource-backend".*\n/gm, '') })),
  fails: ['resilience/survives-resource-backend'],
});
