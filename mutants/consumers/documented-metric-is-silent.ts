import { dropped, everyLine, sampleOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const documentedMetricIsSilent = mutant({
  sentence: 'No series says whether a Deployment is paused, which Datadog documents.',
  proxy: scrapes(everyLine(sampleOf('kube_deployment_spec_paused'), dropped)),
  fails: ['consumers/documented-metrics'],
});
