import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const readinessProbeAsksSecurely = mutant({
  sentence: 'The readiness probe asks by HTTPS.',
  change: container(({ readinessProbe }) => set(readinessProbe?.httpGet, { scheme: 'HTTPS' })),
  fails: ['probes/readiness-is-declared'],
});
