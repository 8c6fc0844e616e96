import { verify, verifyNone } from '../../helpers/failure.ts';
import { describePod, restarts } from '../../helpers/kube/pod.ts';
import { ownCluster } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { settledLook } from './look.ts';
import { survivesResourceBackend } from './resource-backend.ts';
import { replacePod } from './restart.ts';
import { inBoth, seriesThatDiffer } from './series-of-objects.ts';
import { answersBesideSlowReader } from './slow-reader.ts';

area(
  'resilience',
  () => {
    // The first serial requirement, as what follows may come to a restart.
    requirement(
      'was-never-restarted',
      {
        sentence: 'After all that was asked of it the exporter still runs in its first process.',
        source: 'Kubernetes, Pod lifecycle: how Pods handle problems with containers',
        needs: ['probes/starts'],
        explainedBy: ['probes/becomes-ready'],
      },
      async ({ exporter, observed }) => {
        const pod = await exporter.pod();

        verify(restarts(pod) === 0, { expected: 'no restart since it was installed', actual: describePod(pod) });
        observed(describePod(pod));
      },
    );

    requirement(
      'outlives-a-slow-reader',
      {
        sentence:
          'While a reader has stalled in the middle of a scrape the exporter answers others, and goes on unharmed after it.',
        source: 'kube-state-metrics, its tracker: issues 550, 2261 and 2623 (broken pipe, hang)',
        needs: ['endpoints/metrics'],
        makes: ['control-pod'],
      },
      async (context) => context.observed(await answersBesideSlowReader(context)),
    );

    // Before the next one, so that the restart that it may come to is over when the other one waits for Ready.
    requirement(
      'survives-resource-backend',
      {
        sentence: 'An Ingress whose backend is a resource does not end the exporter.',
        source: 'Kubernetes, Ingress: resource backends',
        needs: ['endpoints/metrics'],
        explainedBy: ['access/lists-and-watches-what-it-reads'],
        only: ownCluster,
      },
      survivesResourceBackend,
    );

    requirement(
      'comes-back-with-the-same-series',
      {
        sentence: 'After its pod is deleted the exporter comes back, with the same series of all that did not change.',
        source: 'Kubernetes, Deployments; kube-state-metrics, README: overview',
        needs: ['endpoints/metrics'],
        explainedBy: ['probes/becomes-ready', 'access/lists-and-watches-what-it-reads'],
      },
      async (context) => {
        const before = await settledLook(context);

        const delay = await replacePod(context);

        const after = await settledLook(context);
        verifyNone(seriesThatDiffer(before, after), 'the same series of every object that did not change');
        const { objects, series } = inBoth(before, after);
        verify(series > 0, { expected: 'objects that outlasted the restart', actual: `${objects} with ${series} series` });
        context.observed(`Ready again after ${(delay / 1000).toFixed(1)} s with the same ${series} series of ${objects} objects`);
      },
    );
  },
  { serial: true },
);
