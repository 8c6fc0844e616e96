import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const livenessProbeWaitsLess = mutant({
  sentence: 'The liveness probe has a timeout of one second.',
  change: container(({ livenessProbe }) => set(livenessProbe, { timeoutSeconds: 1 })),
  fails: ['probes/liveness-is-declared'],
  verifies: ['endpoints/healthz'],
});
