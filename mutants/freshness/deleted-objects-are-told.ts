import { remembered } from '../../helpers/mutation/memory.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const deletedObjectsAreTold = mutant({
  sentence: 'A series of a deleted object stays.',
  proxy: remembered((line) => line.startsWith('kube_configmap_info{') && line.includes('configmap="vanishes"')),
  fails: ['freshness/deleted-object-vanishes'],
});
