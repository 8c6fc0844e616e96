import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const livenessProbeAsksAnotherHost = mutant({
  sentence: 'The liveness probe asks the node instead of the pod.',
  change: container(({ livenessProbe }) => set(livenessProbe?.httpGet, { host: '127.0.0.1' })),
  fails: ['probes/liveness-is-declared'],
});
