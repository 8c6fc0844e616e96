import { podSpec, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const tolerationIsOfAnotherKey = mutant({
  sentence: 'The toleration is for a key that the taint does not have.',
  change: podSpec((spec) => set(spec.tolerations, { key: 'node-role.kubernetes.io/master' })),
  fails: ['scheduling/tolerates-control-plane'],
});
