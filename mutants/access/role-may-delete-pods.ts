import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayDeletePods = mutant({
  sentence: 'The role may also delete pods.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['pods'], verbs: ['delete'] })),
  fails: ['access/denies-writes'],
});
