import { mutant } from '../../helpers/mutation/mutant.ts';
import { answers } from '../../helpers/mutation/scrapes.ts';

export const readinessGatesNothing = mutant({
  sentence: 'The Service takes every pod for ready.',
  proxy: () =>
    answers(
      ({ method, path }) => method === 'GET' && path.endsWith('/endpointslices'),
      (answer) => ({ ...answer, body: answer.body.replaceAll('"ready":false', '"ready":true') }),
    ),
  fails: ['probes/readiness-gates'],
});
