import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const unknownPathIsAnError = mutant({
  sentence: 'A path that does not exist is answered with an error of the server.',
  proxy: page(8080, '/no-such-path', (answer) => ({ ...answer, status: 500 })),
  fails: ['endpoints/unknown-path-leads-home'],
});
