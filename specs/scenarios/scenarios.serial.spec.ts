import { ownCluster } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { rollOut, rolloutPrometheus } from './rollout.ts';

area('scenarios', { serial: true, whole: true }, () => {
  requirement(
    'outlives-a-rollout',
    {
      level: 'should',
      sentence:
        'After a rolling restart of the exporter, Prometheus has each series once and evaluates every rule again; no alert fires because of it, and a rule fails only while series are double.',
      source: 'kubectl, rollout restart; Kubernetes, Deployments: rolling update; Prometheus, Querying: vector matching',
      needs: ['scenarios/found-by-kubernetes'],
      explainedBy: ['probes/becomes-ready', 'scenarios/rules-are-evaluated', 'access/lists-and-watches-what-it-reads'],
      only: ownCluster,
      makes: ['prometheus'],
      onCopies: 'rolled-out',
      prepare: rolloutPrometheus,
    },
    async (context) => context.observed(await rollOut(context)),
  );
});
