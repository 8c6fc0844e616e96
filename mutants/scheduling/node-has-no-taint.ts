import { mutant } from '../../helpers/mutation/mutant.ts';
import { taintRemoved } from '../../helpers/mutation/taint-removed.ts';

export const nodeHasNoTaint = mutant({
  sentence: 'No node carries the taint.',
  cluster: taintRemoved,
  fails: ['scheduling/node-is-tainted'],
});
