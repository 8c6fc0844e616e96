import { container } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const readinessProbeIsMissing = mutant({
  sentence: 'There is no readiness probe.',
  change: container((draft) => {
    delete draft.readinessProbe;
  }),
  fails: ['probes/readiness-is-declared'],
  verifies: ['endpoints/landing-page'],
});
