import { mutant } from '../../helpers/mutation/mutant.ts';
import { ofType, openMetrics } from '../../helpers/mutation/open-metrics.ts';

export const openMetricsIsRefused = mutant({
  sentence: 'Who asks the current release for OpenMetrics gets the text format.',
  target: 'current',
  proxy: openMetrics(ofType('text/plain; version=0.0.4')),
  fails: ['endpoints/openmetrics-on-request'],
});
