import { mutant } from '../../helpers/mutation/mutant.ts';
import { admission } from '../../helpers/mutation/scrapes.ts';

export const nobodyIsPlacedOnAnAgent = mutant({
  sentence: 'The cluster places a pod that is free to run anywhere on no agent.',
  setting: { agents: 1 },
  proxy: () =>
    admission('pods', ({ metadata, spec }) => {
      if (metadata.name === 'free') spec.nodeSelector = { 'kubernetes.io/os': 'windows' };
    }),
  fails: ['scheduling/untolerating-pod-runs-on-an-agent'],
});
