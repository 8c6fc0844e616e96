import { dropped, everyLine, sampleOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const olderObjectsAreNotTold = mutant({
  sentence: 'Objects that were there before are not told of.',
  proxy: scrapes(everyLine(sampleOf('kube_configmap_info'), dropped)),
  byItself: 'The accounting of config maps misses them first.',
  fails: ['exposition/lists-what-was-there-before'],
});
