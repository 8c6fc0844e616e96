import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const telemetryPageIsBroken = mutant({
  sentence: 'The page that the readiness probe asks for is broken.',
  proxy: page(8081, '/', (answer) => ({ ...answer, status: 503, body: 'unavailable' })),
  fails: ['probes/readiness-url-answers'],
  verifies: ['endpoints'],
});
