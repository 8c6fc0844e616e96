import { podSpec } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const tolerationIsRemoved = mutant({
  sentence: 'The toleration is removed.',
  change: podSpec((spec) => {
    delete spec.tolerations;
  }),
  fails: ['scheduling/tolerates-control-plane'],
  verifies: ['probes/becomes-ready'],
});
