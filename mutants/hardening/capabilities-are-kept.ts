import { container } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const capabilitiesAreKept = mutant({
  sentence: 'No capability is dropped.',
  change: container(({ securityContext }) => {
    delete securityContext?.capabilities;
  }),
  fails: ['hardening/has-no-capabilities'],
});
