import { podSpec, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const tolerationIsOfTheWrongEffect = mutant({
  sentence: 'The toleration is of the effect NoSchedule.',
  change: podSpec((spec) => set(spec.tolerations, { effect: 'NoSchedule' })),
  fails: ['scheduling/tolerates-control-plane'],
  verifies: ['probes/becomes-ready'],
});
