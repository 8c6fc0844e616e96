import { mutant } from '../../helpers/mutation/mutant.ts';
import { answers, isScrape } from '../../helpers/mutation/scrapes.ts';

export const metricsComeAMinuteLate = mutant({
  sentence: '/metrics answers a minute late.',
  proxy: () => answers(isScrape, (answer) => new Promise((resolve) => setTimeout(() => resolve(answer), 60_000).unref())),
  fails: ['endpoints/metrics'],
});
