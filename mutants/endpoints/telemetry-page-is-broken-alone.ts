import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const telemetryPageIsBrokenAlone = mutant({
  sentence: 'The page of the telemetry port has no link, and no probe is looked at.',
  proxy: page(8081, '/', (answer) => ({ ...answer, body: '<html><body>Telemetry</body></html>' })),
  byItself: 'The readiness probe asks for the same URL and is looked at first.',
  fails: ['endpoints/telemetry-landing-page'],
});
