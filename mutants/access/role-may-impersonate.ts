import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayImpersonate = mutant({
  sentence: 'The role may impersonate users.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] })),
  fails: ['access/denies-escalation'],
});
