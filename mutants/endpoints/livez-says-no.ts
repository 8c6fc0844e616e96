import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const livezSaysNo = mutant({
  sentence: '/livez of the current release answers with an error, and no probe is looked at.',
  target: 'current',
  proxy: page(8080, '/livez', (answer) => ({ ...answer, status: 503 })),
  byItself: 'The liveness probe asks for the same URL and is looked at first.',
  fails: ['endpoints/livez'],
});
