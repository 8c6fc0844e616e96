import { mutant } from '../../helpers/mutation/mutant.ts';
import { answers, delayed, isScrape } from '../../helpers/mutation/scrapes.ts';

export const metricsComeAMinuteLate = mutant({
  sentence: '/metrics answers a minute late.',
  proxy: () => answers(isScrape, delayed(60_000)),
  fails: ['endpoints/metrics'],
});
