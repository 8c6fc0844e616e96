import { withBody } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { openMetrics } from '../../helpers/mutation/open-metrics.ts';

export const openMetricsHasNoEnd = mutant({
  sentence: 'OpenMetrics of the current release ends without its last line.',
  target: 'current',
  proxy: openMetrics(withBody((body) => body.replace('# EOF\n', ''))),
  fails: ['exposition/openmetrics'],
});
