import { service } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const serviceHasAClusterIp = mutant({
  sentence: 'The Service has a cluster IP.',
  change: service(({ spec }) => {
    delete spec.clusterIP;
  }),
  fails: ['dns/headless'],
});
