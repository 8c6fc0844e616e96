import { container } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const privilegesMayBeGained = mutant({
  sentence: 'Nothing forbids to gain privileges.',
  change: container(({ securityContext }) => {
    delete securityContext?.allowPrivilegeEscalation;
  }),
  fails: ['hardening/gains-no-privileges'],
});
