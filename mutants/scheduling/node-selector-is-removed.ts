import { podSpec } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const nodeSelectorIsRemoved = mutant({
  sentence: 'The node selector is removed.',
  change: podSpec((spec) => {
    delete spec.nodeSelector;
  }),
  fails: ['scheduling/node-selector-holds'],
});
