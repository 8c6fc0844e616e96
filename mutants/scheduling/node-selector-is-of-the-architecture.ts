import { architecture } from '../../helpers/cluster/architecture.ts';
import { podSpec } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const nodeSelectorIsOfTheArchitecture = mutant({
  sentence: 'The node selector asks for the architecture instead of the operating system.',
  change: podSpec((spec) => {
    spec.nodeSelector = { 'kubernetes.io/arch': architecture };
  }),
  fails: ['scheduling/node-selector-holds'],
});
