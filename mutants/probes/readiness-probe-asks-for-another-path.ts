import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const readinessProbeAsksForAnotherPath = mutant({
  sentence: 'The readiness probe asks for /ready, which this release answers with its landing page.',
  change: container(({ readinessProbe }) => set(readinessProbe?.httpGet, { path: '/ready' })),
  fails: ['probes/readiness-is-declared'],
  verifies: ['endpoints/landing-page'],
});
