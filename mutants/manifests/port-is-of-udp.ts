import { service, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const portIsOfUdp = mutant({
  sentence: 'The port of the metrics is of UDP.',
  change: service(({ spec }) => set(spec.ports?.slice(0, 1), { protocol: 'UDP' })),
  fails: ['manifests/ports-are-named'],
  verifies: ['dns', 'endpoints/reached-by-the-service'],
});
