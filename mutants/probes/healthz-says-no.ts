import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const healthzSaysNo = mutant({
  sentence: '/healthz answers with an error.',
  proxy: page(8080, '/healthz', (answer) => ({ ...answer, status: 500, body: 'not OK' })),
  fails: ['probes/liveness-url-answers'],
  verifies: ['endpoints'],
});
