import { wrongNameExists } from '../../helpers/mutation/dns-changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const wrongNameIsKnown = mutant({
  sentence: 'A name that must not exist leads somewhere.',
  cluster: wrongNameExists,
  fails: ['dns/refuses-a-wrong-name'],
});
