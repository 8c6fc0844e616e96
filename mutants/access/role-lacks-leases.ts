import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleLacksLeases = mutant({
  sentence: 'The role lacks the rule for leases.',
  change: rules((all) =>
    all.splice(
      all.findIndex(({ resources }) => resources?.includes('leases')),
      1,
    ),
  ),
  fails: ['access/lists-and-watches-what-it-reads'],
  verifies: ['endpoints'],
});
