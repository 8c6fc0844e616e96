import { doubled, firstLine, sampleOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const seriesIsDoubled = mutant({
  sentence: 'A series is there twice.',
  proxy: scrapes(firstLine(sampleOf('kube_pod_info'), doubled)),
  fails: ['exposition/no-duplicate-series'],
});
