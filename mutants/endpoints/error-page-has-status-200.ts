import { mutant } from '../../helpers/mutation/mutant.ts';
import { page } from '../../helpers/mutation/scrapes.ts';

export const errorPageHasStatus200 = mutant({
  sentence: '/metrics answers 200 with an error page.',
  proxy: page(8080, '/metrics', (answer) => ({
    ...answer,
    headers: { 'content-type': 'text/html' },
    body: '<html><body>Service unavailable</body></html>',
  })),
  fails: ['endpoints/metrics'],
  verifies: ['exposition', 'freshness', 'resilience'],
});
