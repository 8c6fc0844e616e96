import { everyLine, sampleOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { telemetry } from '../../helpers/mutation/scrapes.ts';

export const anotherReleaseRuns = mutant({
  sentence: 'The exporter says that it is another release than its tag.',
  proxy: telemetry(
    everyLine(sampleOf('kube_state_metrics_build_info'), (line) => [line.replace(/version="v2[^"]*"/, 'version="v2.4.2"')]),
  ),
  fails: ['endpoints/runs-the-tagged-release'],
});
