import { service, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const portIsNamedWrongly = mutant({
  sentence: 'The Service calls its port metrics instead of http-metrics.',
  change: service(({ spec }) => set(spec.ports?.slice(0, 1), { name: 'metrics' })),
  fails: ['manifests/ports-are-named'],
  verifies: ['dns', 'endpoints/reached-by-the-service'],
});
