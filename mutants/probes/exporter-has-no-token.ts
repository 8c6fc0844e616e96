import { podSpec } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const exporterHasNoToken = mutant({
  sentence: 'The exporter is started without the token of its ServiceAccount.',
  change: podSpec((spec) => {
    spec.automountServiceAccountToken = false;
  }),
  fails: ['probes/becomes-ready'],
});
