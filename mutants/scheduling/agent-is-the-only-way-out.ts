import { podSpec } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const agentIsTheOnlyWayOut = mutant({
  sentence: 'The toleration is removed, and the agent is cordoned.',
  setting: { agents: 1 },
  change: podSpec((spec) => {
    delete spec.tolerations;
  }),
  byItself: 'The copy that only the tainted node may take stays Pending first.',
  fails: ['scheduling/finds-the-server-when-agents-are-cordoned'],
});
