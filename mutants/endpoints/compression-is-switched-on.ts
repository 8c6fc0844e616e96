import { mutant } from '../../helpers/mutation/mutant.ts';
import { furtherArgument } from '../../helpers/mutation/rolled-out.ts';

export const compressionIsSwitchedOn = mutant({
  sentence: 'The Deployment was told by hand to compress.',
  cluster: furtherArgument('--enable-gzip-encoding'),
  fails: ['endpoints/compresses-when-told'],
});
