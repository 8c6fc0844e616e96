import { mutant } from '../../helpers/mutation/mutant.ts';
import { telemetry } from '../../helpers/mutation/scrapes.ts';

export const aListHasFailed = mutant({
  sentence: 'The exporter counts a list that has failed.',
  proxy: telemetry((body) =>
    body.replace(
      /^(kube_state_metrics_list_total\{.*)$/m,
      '$1\nkube_state_metrics_list_total{resource="*v1.Pod",result="error"} 3',
    ),
  ),
  fails: ['endpoints/reads-without-errors'],
});
