import { podSpec } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const tolerationIsRemovedBesideAgents = mutant({
  sentence: 'The toleration is removed where another node would take the exporter.',
  setting: { agents: 1 },
  change: podSpec((spec) => {
    delete spec.tolerations;
  }),
  fails: ['scheduling/tolerates-control-plane-beside-agents'],
});
