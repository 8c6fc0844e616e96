import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayReviewNoTokens = mutant({
  sentence: 'The role lacks the rule for token reviews.',
  change: rules((all) =>
    all.splice(
      all.findIndex(({ resources }) => resources?.includes('tokenreviews')),
      1,
    ),
  ),
  fails: ['access/creates-reviews'],
});
