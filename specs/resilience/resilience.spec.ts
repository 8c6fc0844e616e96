import { verifyNone } from '../../helpers/failure.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { cutOffScrape } from './rude-client.ts';
import { incompleteScrapes } from './together.ts';
import { answersUnharmed } from './unharmed.ts';

const source = 'kube-state-metrics, its tracker: issues 550, 2261 and 2623 (broken pipe, hang)';
const needs = ['endpoints/metrics'];
const atOnce = 8;

area('resilience', () => {
  requirement(
    'outlives-a-cut-off-scrape',
    {
      sentence: 'After a scrape that was cut off midway the exporter answers the next one.',
      source,
      needs,
      makes: ['control-pod'],
    },
    async (context) => {
      const pod = await context.exporter.pod();

      await cutOffScrape(context, pod);

      const delay = await answersUnharmed(context, pod);
      context.observed(`the next scrape took ${Math.round(delay)} ms`);
    },
  );

  requirement(
    'answers-eight-at-once',
    { sentence: 'Eight scrapes at once are each answered whole.', source, needs },
    async (context) => {
      const pod = await context.exporter.pod();

      verifyNone(await incompleteScrapes(context, pod, atOnce), `${atOnce} whole scrapes`);

      await answersUnharmed(context, pod);
    },
  );
});
