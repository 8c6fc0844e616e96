import { everyLine, sampleOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const samplesHaveTimestamps = mutant({
  sentence: 'The samples of a family say that they are of 2020.',
  proxy: scrapes(everyLine(sampleOf('kube_pod_info'), (line) => [`${line} 1577836800000`])),
  fails: ['exposition/without-timestamps'],
});
