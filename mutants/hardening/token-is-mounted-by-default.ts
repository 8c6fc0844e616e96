import { serviceAccount } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const tokenIsMountedByDefault = mutant({
  sentence: 'The token is mounted into every pod of the ServiceAccount.',
  change: serviceAccount((account) => {
    account.automountServiceAccountToken = true;
  }),
  fails: ['hardening/token-only-where-asked'],
});
