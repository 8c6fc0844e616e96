import { firstLine, sampleOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const podIsOnTwoNodes = mutant({
  sentence: 'A pod has two series in kube_pod_info, so that no join with it works.',
  proxy: scrapes(firstLine(sampleOf('kube_pod_info'), (line) => [line, line.replace(/node="[^"]*"/, 'node="elsewhere"')])),
  fails: ['consumers/label-joins'],
});
