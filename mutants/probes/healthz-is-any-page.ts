import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const healthzIsAnyPage = mutant({
  sentence: '/healthz answers 200 with another page.',
  proxy: page(8080, '/healthz', (answer) => ({ ...answer, body: '<html><a href="/metrics">metrics</a></html>' })),
  fails: ['probes/liveness-url-answers'],
});
