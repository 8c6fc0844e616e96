import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const unknownPathIsFound = mutant({
  sentence: 'The current release answers a path that does not exist with its landing page.',
  target: 'current',
  proxy: page(8080, '/no-such-path', (answer) => ({ ...answer, status: 200 })),
  fails: ['endpoints/unknown-path-is-not-found'],
});
