import { rules, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const groupOfARuleIsMisspelt = mutant({
  sentence: 'The group of a rule is misspelt, so that a right is missing and another is there.',
  change: rules((all) =>
    set(
      all.filter(({ apiGroups }) => apiGroups?.includes('apps')),
      { apiGroups: ['app'] },
    ),
  ),
  fails: ['access/lists-and-watches-what-it-reads', 'access/reads-nothing-else'],
});
