import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const oneCapabilityIsAdded = mutant({
  sentence: 'One capability is added.',
  change: container(({ securityContext }) => set(securityContext?.capabilities, { add: ['NET_BIND_SERVICE'] })),
  fails: ['hardening/has-no-capabilities'],
});
