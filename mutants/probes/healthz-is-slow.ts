import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const healthzIsSlow = mutant({
  sentence: '/healthz answers after six seconds, for which the probe does not wait.',
  proxy: page(8080, '/healthz', (answer) => new Promise((resolve) => setTimeout(() => resolve(answer), 6000).unref())),
  fails: ['probes/liveness-url-answers'],
});
