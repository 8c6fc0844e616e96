import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const livenessProbeIsPatient = mutant({
  sentence: 'The liveness probe takes a hundred failures for none.',
  change: container(({ livenessProbe }) => set(livenessProbe, { failureThreshold: 100 })),
  fails: ['probes/liveness-is-declared'],
});
