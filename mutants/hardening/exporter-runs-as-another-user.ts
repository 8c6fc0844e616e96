import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const exporterRunsAsAnotherUser = mutant({
  sentence: 'The exporter runs as user 1000.',
  change: container(({ securityContext }) => set(securityContext, { runAsUser: 1000 })),
  fails: ['hardening/runs-as-nobody'],
});
