import { dropped, everyLine } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const newObjectsAreNotTold = mutant({
  sentence: 'A new object is never told of.',
  proxy: scrapes(everyLine((line) => line.includes('configmap="appears"'), dropped)),
  fails: ['freshness/new-object-appears'],
});
