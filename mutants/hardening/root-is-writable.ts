import { container } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const rootIsWritable = mutant({
  sentence: 'The root file system is writable.',
  change: container(({ securityContext }) => {
    delete securityContext?.readOnlyRootFilesystem;
  }),
  fails: ['hardening/root-is-read-only'],
});
