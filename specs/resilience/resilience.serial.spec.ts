import { endingFaults } from '../../fixtures/faults/crashes.ts';
import { countUnchanged, seriesDifferences } from '../../helpers/accounting/series-of-objects.ts';
import { firstWith } from '../../helpers/catalogue/arguments.ts';
import { verify, verifyNone } from '../../helpers/failure.ts';
import { describePod, restarts } from '../../helpers/kube/pod.ts';
import { allOf, exposesOwn, ownCluster, since } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { isUnnoticed, survives } from './ending-objects.ts';
import { answersBesideSlowReader } from './scraper-pods.ts';
import { settledSeries } from './settled-series.ts';

area('resilience', { serial: true }, () => {
  // First, as the following requirements may restart the exporter.
  requirement(
    'was-never-restarted',
    {
      sentence: 'After all other requirements have sent their requests, the exporter has not restarted.',
      source: 'Kubernetes, Pod lifecycle: how Pods handle problems with containers',
      needs: ['probes/starts'],
      explainedBy: ['probes/becomes-ready'],
    },
    async ({ exporter, observed }) => {
      await exporter.pod();
      const pods = await exporter.pods();

      verifyNone(pods.filter((pod) => restarts(pod) > 0).map(describePod), 'no restart since the installation');
      observed(pods.map(describePod).join('; '));
    },
  );

  requirement(
    'outlives-a-slow-reader',
    {
      sentence:
        'While the reader of one scrape has stalled, the exporter answers other scrapes, and it keeps running afterwards.',
      source: 'kube-state-metrics, its tracker: issues 550, 2261 and 2623 (broken pipe, hang)',
      needs: ['endpoints/metrics'],
      makes: ['control-pod'],
      onCopies: 'read-slowly',
    },
    async (context) => context.observed(await answersBesideSlowReader(context)),
  );

  // Before the next requirement: where it has no copy to delete, it waits for the exporter to be Ready, and these may restart it.
  for (const fault of endingFaults) {
    requirement(
      `survives-${fault.name}`,
      {
        whole: true,
        besideOthers: (workloads) => isUnnoticed(fault, workloads),
        sentence: fault.sentence ?? `${fault.subject} does not crash the exporter, and has right samples or none.`,
        source: fault.source,
        needs: ['endpoints/metrics'],
        explainedBy: ['access/lists-and-watches-what-it-reads'],
        only: allOf(
          ownCluster,
          exposesOwn(fault.resource, fault.group),
          // Older releases expose only custom resources that --resources names.
          ...(fault.customResourceState ? [since(firstWith.customResources)] : []),
        ),
      },
      (context) => survives(context, fault),
    );
  }

  requirement(
    'comes-back-with-the-same-series',
    {
      sentence: 'After its pod is deleted, the new pod has the same series for every object that did not change.',
      source: 'Kubernetes, Deployments; kube-state-metrics, README: overview',
      needs: ['endpoints/metrics'],
      explainedBy: ['probes/becomes-ready', 'access/lists-and-watches-what-it-reads'],
      onCopies: 'deleted',
    },
    async (context) => {
      const { client, exporter, observed, target } = context;
      const pod = await exporter.podWithRunning([target.container.name]);
      const before = await settledSeries(context, pod);

      const deleted = performance.now();
      await client.remove(pod);
      await exporter.replacementOf(pod);
      const delay = (performance.now() - deleted) / 1000;

      const after = await settledSeries(context, pod);
      verifyNone(seriesDifferences(before, after), 'the same series of every object that did not change');
      const { objects, series } = countUnchanged(before, after);
      verify(series > 0, { expected: 'objects that did not change', actual: `${objects} with ${series} series` });
      observed(`Ready again after ${delay.toFixed(1)} s with the same ${series} series of ${objects} objects`);
    },
  );
});
