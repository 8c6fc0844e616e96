import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const landingPageLeadsNowhere = mutant({
  sentence: 'The page of the metrics port has no link.',
  proxy: page(8080, '/', (answer) => ({ ...answer, body: '<html><body>Kube Metrics Server</body></html>' })),
  fails: ['endpoints/landing-page'],
});
