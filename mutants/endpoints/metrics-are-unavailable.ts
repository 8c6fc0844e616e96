import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const metricsAreUnavailable = mutant({
  sentence: '/metrics answers 503.',
  proxy: page(8080, '/metrics', (answer) => ({ ...answer, status: 503, body: 'unavailable' })),
  fails: ['endpoints/metrics'],
});
