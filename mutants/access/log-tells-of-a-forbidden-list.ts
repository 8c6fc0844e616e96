import { forbiddenInTheLog } from '../../helpers/mutation/denials.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const logTellsOfAForbiddenList = mutant({
  sentence: "The exporter's log tells of a list that was forbidden.",
  proxy: forbiddenInTheLog,
  fails: ['access/log-without-forbidden'],
});
