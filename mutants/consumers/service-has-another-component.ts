import { service } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const serviceHasAnotherComponent = mutant({
  sentence: 'The Service has another component in its labels, by which a ServiceMonitor would find it.',
  change: service(({ metadata }) =>
    Object.assign(metadata, { labels: { ...metadata.labels, 'app.kubernetes.io/component': 'metrics' } }),
  ),
  fails: ['consumers/service-monitor-matches'],
});
