import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const readinessProbeAsksAnotherPort = mutant({
  sentence: 'The readiness probe asks the metrics port.',
  change: container(({ readinessProbe }) => set(readinessProbe?.httpGet, { port: 8080 })),
  fails: ['probes/readiness-is-declared'],
  verifies: ['endpoints/landing-page'],
});
