import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const bodyBeginsWithAByteOrderMark = mutant({
  sentence: 'The exposition begins with a byte order mark.',
  proxy: scrapes((body) => `\ufeff${body}`),
  fails: ['exposition/reads-strictly'],
});
