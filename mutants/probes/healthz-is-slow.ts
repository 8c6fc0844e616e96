import { mutant } from '../../helpers/mutation/mutant.ts';
import { delayed, page } from '../../helpers/mutation/scrapes.ts';

export const healthzIsSlow = mutant({
  sentence: '/healthz answers after six seconds, for which the probe does not wait.',
  proxy: page(8080, '/healthz', delayed(6000)),
  fails: ['probes/liveness-url-answers'],
});
