import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const livenessProbeAsksAnotherPort = mutant({
  sentence: 'The liveness probe asks the telemetry port.',
  change: container(({ livenessProbe }) => set(livenessProbe?.httpGet, { port: 8081 })),
  fails: ['probes/liveness-is-declared'],
  verifies: ['endpoints/healthz'],
});
