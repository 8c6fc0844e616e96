import { firstLine, sampleOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const labelIsSpecialToSomeReaders = mutant({
  sentence: 'A label has a name that some readers cannot hold.',
  proxy: scrapes(firstLine(sampleOf('kube_pod_info'), (line) => [line.replace('{', '{__proto__="a",')])),
  byItself: 'The accounting of pods tells of a label that is not theirs as well.',
  fails: ['exposition/second-reader-agrees'],
});
