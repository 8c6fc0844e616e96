import { container } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const memoryIsUnlimited = mutant({
  sentence: 'The limit of memory is gone.',
  change: container(({ resources }) => {
    delete resources?.limits?.memory;
  }),
  fails: ['hardening/memory-is-limited'],
});
