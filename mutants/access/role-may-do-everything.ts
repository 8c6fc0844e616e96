import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayDoEverything = mutant({
  sentence: 'The role may do everything.',
  change: rules((all) => all.push({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] })),
  fails: ['access/denies-writes'],
});
