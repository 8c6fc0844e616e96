import { service } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const unreadyPodsArePublished = mutant({
  sentence: 'The Service publishes pods that are not ready.',
  change: service((draft) => Object.assign(draft.spec, { publishNotReadyAddresses: true })),
  fails: ['dns/unready-pod-leaves'],
});
