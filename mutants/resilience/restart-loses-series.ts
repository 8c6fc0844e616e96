import { dropped, everyLine, sampleOf, withBody } from '../../helpers/mutation/lines.ts';
import { scrapesAfter } from '../../helpers/mutation/memory.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const restartLosesSeries = mutant({
  sentence: 'After a restart the exporter lacks the pods of a namespace.',
  proxy: scrapesAfter(
    ({ method, path }) => method === 'DELETE' && path.includes('/pods/'),
    withBody(everyLine(sampleOf('kube_pod_info', 'namespace="kube-system"'), dropped)),
  ),
  fails: ['resilience/comes-back-with-the-same-series'],
});
