import { container, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const exporterRunsAsRoot = mutant({
  sentence: 'The exporter runs as root.',
  change: container(({ securityContext }) => set(securityContext, { runAsUser: 0 })),
  fails: ['hardening/runs-as-nobody'],
});
