import { withoutRuleOf } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { rolesAsListed } from '../../helpers/mutation/roles-as-listed.ts';

export const roleDoesNotSayLeases = mutant({
  sentence: 'The role, as it is written, does not say leases.',
  proxy: rolesAsListed(withoutRuleOf('leases')),
  fails: ['access/roles-grant-what-it-reads'],
});
