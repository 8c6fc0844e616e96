import { mutant } from '../../helpers/mutation/mutant.ts';
import { rolesAsListed } from '../../helpers/mutation/roles-as-listed.ts';

export const roleSaysMore = mutant({
  sentence: 'The role, as it is written, says that nodes may be deleted.',
  proxy: rolesAsListed((all) => all.push({ apiGroups: [''], resources: ['nodes'], verbs: ['delete'] })),
  fails: ['access/roles-grant-nothing-else'],
});
