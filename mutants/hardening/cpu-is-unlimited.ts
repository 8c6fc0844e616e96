import { container } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const cpuIsUnlimited = mutant({
  sentence: 'The limit of CPU time is gone.',
  change: container(({ resources }) => {
    delete resources?.limits?.cpu;
  }),
  fails: ['hardening/cpu-is-limited'],
});
