import { rules, withoutRuleOf } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleLacksLeases = mutant({
  sentence: 'The role lacks the rule for leases.',
  change: rules(withoutRuleOf('leases')),
  fails: ['access/lists-and-watches-what-it-reads'],
  verifies: ['endpoints'],
});
