import { firstLine, headerOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const typeIsUnknown = mutant({
  sentence: 'A family has a type that does not exist.',
  proxy: scrapes(firstLine(headerOf('TYPE', 'kube_pod_info'), (line) => [line.replace('gauge', 'gadget')])),
  fails: ['exposition/reads-strictly'],
});
