import { rules, withoutRuleOf } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayReviewNoTokens = mutant({
  sentence: 'The role lacks the rule for token reviews.',
  change: rules(withoutRuleOf('tokenreviews')),
  fails: ['access/creates-reviews'],
});
