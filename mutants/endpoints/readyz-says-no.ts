import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const readyzSaysNo = mutant({
  sentence: '/readyz of the current release answers with an error, and no probe is looked at.',
  target: 'current',
  proxy: page(8081, '/readyz', (answer) => ({ ...answer, status: 503 })),
  byItself: 'The readiness probe asks for the same URL and is looked at first.',
  fails: ['endpoints/readyz'],
});
