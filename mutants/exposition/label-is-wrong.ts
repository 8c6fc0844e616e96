import { firstLine, sampleOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const labelIsWrong = mutant({
  sentence: 'A label of a sample has a wrong value.',
  proxy: scrapes(
    firstLine(sampleOf('kube_service_info'), (line) => [line.replace(/cluster_ip="[^"]*"/, 'cluster_ip="10.43.99.99"')]),
  ),
  fails: ['exposition/service'],
});
