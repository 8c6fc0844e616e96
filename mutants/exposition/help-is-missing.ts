import { dropped, firstLine, headerOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const helpIsMissing = mutant({
  sentence: 'A family has no HELP.',
  proxy: scrapes(firstLine(headerOf('HELP', 'kube_pod_info'), dropped)),
  fails: ['exposition/help-and-type'],
});
