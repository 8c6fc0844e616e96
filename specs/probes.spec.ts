import { describePod, restarts } from '../helpers/kube/pod.ts';
import { verify } from '../helpers/requirement/failure.ts';
import { area, requirement } from '../helpers/requirement/requirement.ts';

area('probes', () => {
  requirement(
    'becomes-ready',
    {
      sentence: 'The exporter is Ready within its budget and has not been restarted.',
      source: 'Kubernetes, Pod lifecycle: container probes',
    },
    async ({ exporter, observed }) => {
      const pod = await exporter.pod();
      verify(restarts(pod) === 0, { wanted: 'no restart', seen: describePod(pod) });
      observed(describePod(pod));
    },
  );
});
