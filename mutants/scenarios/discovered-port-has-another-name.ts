import { service } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const discoveredPortHasAnotherName = mutant({
  sentence: 'The Service calls the port of the metrics by another name.',
  change: service(({ spec }) => {
    for (const port of spec.ports ?? []) if (port.name === 'http-metrics') port.name = 'metrics';
  }),
  fails: ['scenarios/found-by-kubernetes'],
});
