import { mutant } from '../../helpers/mutation/mutant.ts';
import { answers } from '../../helpers/mutation/scrapes.ts';

export const serviceLeadsNowhere = mutant({
  sentence: 'The Service does not lead to the exporter.',
  proxy: () =>
    answers(
      ({ path }) => /\/services\/[^/]+\/proxy\//.test(path),
      (answer) => ({ ...answer, status: 503, body: 'no endpoints available' }),
    ),
  fails: ['endpoints/reached-by-the-service'],
});
