import { verifyNone } from '../../helpers/failure.ts';
import { exposesOwn } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { outlivesShortPause, recoversFromLongPause } from './paused-api-server.ts';
import { cutOffScrape } from './scraper-pods.ts';
import { answersWithoutRestart, incompleteScrapes } from './scrapes.ts';

const source = 'kube-state-metrics, its tracker: issues 550, 2261 and 2623 (broken pipe, hang)';
const needs = ['endpoints/metrics'];
const concurrent = 8;

area('resilience', { long: true, concurrent: true }, () => {
  requirement(
    'outlives-a-cut-off-scrape',
    {
      sentence: 'After a scrape whose connection was closed midway, the exporter answers the next one.',
      source,
      needs,
      makes: ['control-pod'],
    },
    async (context) => {
      const pod = await context.exporter.pod();
      const { families } = await answersWithoutRestart(context, pod);

      await cutOffScrape(context, pod);

      const { delay } = await answersWithoutRestart(context, pod, families);
      context.observed(`the next scrape took ${Math.round(delay)} ms`);
    },
  );

  requirement(
    'answers-eight-at-once',
    { sentence: 'Each of eight concurrent scrapes gets a complete response.', source, needs },
    async (context) => {
      const pod = await context.exporter.pod();

      verifyNone(await incompleteScrapes(context, pod, concurrent), `${concurrent} complete scrapes`);

      await answersWithoutRestart(context, pod);
    },
  );

  requirement(
    'outlives-a-short-api-server-pause',
    {
      sentence:
        'While the API server does not respond for 3 s, a copy of the exporter answers every scrape and is not restarted.',
      source: 'Kubernetes, Pod lifecycle: container probes; kube-state-metrics, README: health endpoints',
      needs,
      only: exposesOwn('configmaps', 'ConfigMap'),
      makes: ['neighbour'],
    },
    outlivesShortPause,
  );

  requirement(
    'recovers-from-a-long-api-server-pause',
    {
      sentence:
        'While the API server does not respond for longer than the liveness probe allows, a copy of the exporter is restarted only if its probe requests /livez; afterwards it exposes what it missed within 30 s.',
      source: 'kube-state-metrics, README: health endpoints; its tracker: issue 2808',
      needs,
      explainedBy: ['probes/liveness-is-declared', 'secured/probes-answer'],
      only: exposesOwn('configmaps', 'ConfigMap'),
      makes: ['neighbour'],
    },
    recoversFromLongPause,
  );
});
