import { podSpec, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const tolerationIsOfOneKeyAlone = mutant({
  sentence: 'The toleration is for the key of the control plane alone.',
  change: podSpec((spec) => set(spec.tolerations, { key: 'k3s-controlplane' })),
  fails: ['scheduling/survives-further-taint'],
});
