import { truncated } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const bodyIsTruncated = mutant({
  sentence: 'The exposition ends in the middle of a line.',
  proxy: scrapes(truncated),
  fails: ['exposition/reads-strictly'],
});
