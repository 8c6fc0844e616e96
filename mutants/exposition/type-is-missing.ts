import { dropped, firstLine, headerOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const typeIsMissing = mutant({
  sentence: 'A family has no TYPE.',
  proxy: scrapes(firstLine(headerOf('TYPE', 'kube_pod_info'), dropped)),
  fails: ['exposition/help-and-type'],
});
