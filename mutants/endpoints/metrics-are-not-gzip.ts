import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const metricsAreNotGzip = mutant({
  sentence: '/metrics says that it is gzip, and is not.',
  proxy: page(8080, '/metrics', (answer) => ({ ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' } })),
  fails: ['endpoints/metrics'],
});
