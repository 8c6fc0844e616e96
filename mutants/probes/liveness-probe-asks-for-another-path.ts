import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const livenessProbeAsksForAnotherPath = mutant({
  sentence: 'The liveness probe asks for /health, which this release answers with its landing page.',
  change: container(({ livenessProbe }) => set(livenessProbe?.httpGet, { path: '/health' })),
  fails: ['probes/liveness-is-declared'],
  verifies: ['endpoints/healthz'],
});
