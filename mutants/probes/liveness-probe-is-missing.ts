import { container } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const livenessProbeIsMissing = mutant({
  sentence: 'There is no liveness probe.',
  change: container((draft) => {
    delete draft.livenessProbe;
  }),
  fails: ['probes/liveness-is-declared'],
  verifies: ['endpoints/healthz'],
});
