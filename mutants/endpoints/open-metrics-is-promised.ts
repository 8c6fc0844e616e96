import { mutant } from '../../helpers/mutation/mutant.ts';
import { ofType, openMetrics } from '../../helpers/mutation/open-metrics.ts';

export const openMetricsIsPromised = mutant({
  sentence: '/metrics says that it is OpenMetrics to whoever asks for it, and is not.',
  proxy: openMetrics(ofType('application/openmetrics-text; version=1.0.0')),
  fails: ['endpoints/text-whatever-is-asked-for'],
});
