import { emptyList } from '../../helpers/mutation/denials.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const listIsAnsweredWithNothing = mutant({
  sentence: 'The list of config maps is allowed, and answered without any.',
  proxy: emptyList('/api/v1/configmaps'),
  fails: ['access/lists-and-watches-answer'],
});
