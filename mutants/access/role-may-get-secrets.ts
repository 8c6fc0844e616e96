import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayGetSecrets = mutant({
  sentence: 'The role may also get single secrets.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['secrets'], verbs: ['get'] })),
  fails: ['access/reads-nothing-else'],
});
