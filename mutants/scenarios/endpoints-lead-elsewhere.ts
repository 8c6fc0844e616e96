import { service } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const endpointsLeadElsewhere = mutant({
  sentence: 'The port of the metrics leads to that of the telemetry.',
  change: service(({ spec }) => {
    for (const port of spec.ports ?? []) if (port.name === 'http-metrics') port.targetPort = 'telemetry';
  }),
  fails: ['scenarios/same-series-either-way'],
  byItself: 'Whoever looks where discovery leads notices first.',
});
