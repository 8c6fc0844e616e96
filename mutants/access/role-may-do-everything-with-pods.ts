import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayDoEverythingWithPods = mutant({
  sentence: 'The role may do everything with pods.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['pods'], verbs: ['*'] })),
  fails: ['access/denies-writes'],
});
