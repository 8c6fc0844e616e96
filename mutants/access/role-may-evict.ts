import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayEvict = mutant({
  sentence: 'The role may also evict pods, which is a write to a subresource.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] })),
  fails: ['access/denies-writes'],
});
