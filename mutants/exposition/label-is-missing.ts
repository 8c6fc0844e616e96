import { firstLine, sampleOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const labelIsMissing = mutant({
  sentence: 'A label of a sample is missing.',
  proxy: scrapes(firstLine(sampleOf('kube_service_info'), (line) => [line.replace(/,cluster_ip="[^"]*"/, '')])),
  fails: ['exposition/service'],
});
