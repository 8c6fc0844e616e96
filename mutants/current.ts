import { mutant } from '../helpers/mutation/mutant.ts';
import { answers, isScrape, page } from '../helpers/mutation/scrapes.ts';

const target = 'current';

/** Answers that a scraper gets who asks for OpenMetrics. */
const openMetrics = (alter: (body: string) => { readonly body?: string; readonly type?: string }) => () =>
  answers(
    (passing) => isScrape(passing) && String(passing.headers.accept).includes('openmetrics'),
    (answer) => {
      const { body = answer.body, type } = alter(answer.body);
      return { ...answer, body, headers: { ...answer.headers, ...(type && { 'content-type': type }) } };
    },
  );

export const openMetricsIsRefused = mutant({
  sentence: 'Who asks the current release for OpenMetrics gets the text format.',
  target,
  proxy: openMetrics(() => ({ type: 'text/plain; version=0.0.4' })),
  fails: ['endpoints/openmetrics-on-request'],
});

export const openMetricsHasNoEnd = mutant({
  sentence: 'OpenMetrics of the current release ends without its last line.',
  target,
  proxy: openMetrics((body) => ({ body: body.replace('# EOF\n', '') })),
  fails: ['exposition/openmetrics'],
});

export const livezSaysNo = mutant({
  sentence: '/livez of the current release answers with an error, and no probe is looked at.',
  target,
  proxy: page(8080, '/livez', (answer) => ({ ...answer, status: 503 })),
  byItself: 'The liveness probe asks for the same URL and is looked at first.',
  fails: ['endpoints/livez'],
});

export const readyzSaysNo = mutant({
  sentence: '/readyz of the current release answers with an error, and no probe is looked at.',
  target,
  proxy: page(8081, '/readyz', (answer) => ({ ...answer, status: 503 })),
  byItself: 'The readiness probe asks for the same URL and is looked at first.',
  fails: ['endpoints/readyz'],
});

export const unknownPathIsFound = mutant({
  sentence: 'The current release answers a path that does not exist with its landing page.',
  target,
  proxy: page(8080, '/no-such-path', (answer) => ({ ...answer, status: 200 })),
  fails: ['endpoints/unknown-path-is-not-found'],
});

export const resourceBackendIsNotTold = mutant({
  sentence: 'The current release does not tell of an Ingress whose backend is a resource.',
  target,
  proxy: () =>
    answers(isScrape, (answer) => ({ ...answer, body: answer.body.replace(/^.*ingress="resource-backend".*\n/gm, '') })),
  fails: ['resilience/survives-resource-backend'],
});
