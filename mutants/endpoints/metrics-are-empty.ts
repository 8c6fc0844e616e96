import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const metricsAreEmpty = mutant({
  sentence: '/metrics answers with headers of families and no sample at all.',
  proxy: page(8080, '/metrics', (answer) => ({ ...answer, body: answer.body.replace(/^[^#].*\n/gm, '') })),
  fails: ['endpoints/metrics'],
});
