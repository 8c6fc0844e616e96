import { extraObject } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const anotherServiceHasTheLabels = mutant({
  sentence: 'Another Service has the same labels, so that a ServiceMonitor finds both.',
  change: extraObject({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'namesake' },
    spec: { clusterIP: 'None', ports: [{ name: 'http-metrics', port: 8080 }] },
  }),
  fails: ['consumers/service-monitor-matches'],
});
