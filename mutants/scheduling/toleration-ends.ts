import { podSpec, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const tolerationEnds = mutant({
  sentence: 'The toleration ends after an hour.',
  change: podSpec((spec) => set(spec.tolerations, { tolerationSeconds: 3600 })),
  fails: ['scheduling/tolerates-for-good'],
});
