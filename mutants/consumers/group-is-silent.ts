import { dropped, everyLine } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const groupIsSilent = mutant({
  sentence: 'Nothing tells of config maps.',
  proxy: scrapes(everyLine((line) => line.startsWith('kube_configmap_'), dropped)),
  fails: ['consumers/metric-groups'],
});
