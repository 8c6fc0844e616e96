import { container } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const limitsAreGone = mutant({
  sentence: 'Both limits are gone.',
  change: container(({ resources }) => {
    delete resources?.limits;
  }),
  fails: ['hardening/memory-is-limited', 'hardening/cpu-is-limited'],
});
