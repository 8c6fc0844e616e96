import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const livenessProbeIsRare = mutant({
  sentence: 'The liveness probe asks every ten minutes.',
  change: container(({ livenessProbe }) => set(livenessProbe, { periodSeconds: 600 })),
  fails: ['probes/liveness-is-declared'],
});
