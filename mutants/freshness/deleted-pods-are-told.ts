import { sampleOf } from '../../helpers/mutation/lines.ts';
import { remembered } from '../../helpers/mutation/memory.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const deletedPodsAreTold = mutant({
  sentence: 'A series of a deleted pod stays.',
  proxy: remembered(sampleOf('kube_pod_info', 'pod="vanishes"')),
  fails: ['freshness/deleted-object-vanishes'],
});
