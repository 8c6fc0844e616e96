import { service, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const portsAreSwapped = mutant({
  sentence: 'Each port of the Service leads to the other port of the container.',
  change: service(({ spec }) => {
    set(spec.ports?.slice(0, 1), { targetPort: 'telemetry' });
    set(spec.ports?.slice(1), { targetPort: 'http-metrics' });
  }),
  fails: ['manifests/ports-are-named'],
  verifies: ['dns', 'endpoints/reached-by-the-service'],
});
