import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const healthzIsBrokenAlone = mutant({
  sentence: '/healthz answers with an error, and no probe is looked at.',
  proxy: page(8080, '/healthz', (answer) => ({ ...answer, status: 500, body: 'not OK' })),
  byItself: 'The liveness probe asks for the same URL and is looked at first.',
  fails: ['endpoints/healthz'],
});
