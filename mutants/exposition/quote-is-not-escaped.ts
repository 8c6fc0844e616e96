import { firstLine, sampleOf } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const quoteIsNotEscaped = mutant({
  sentence: 'A quotation mark in a label value is not escaped.',
  proxy: scrapes(firstLine(sampleOf('kube_pod_info'), (line) => [line.replace('namespace="', 'namespace=""')])),
  fails: ['exposition/reads-strictly'],
});
