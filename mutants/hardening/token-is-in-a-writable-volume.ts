import { podSpec } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { tokenInAWritableVolume } from '../../helpers/mutation/writable-token.ts';

export const tokenIsInAWritableVolume = mutant({
  sentence: 'The token is copied into a volume that the exporter may write to.',
  change: podSpec(tokenInAWritableVolume),
  fails: ['hardening/token-is-mounted'],
});
