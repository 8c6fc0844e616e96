import type { Interference, PassingAnswer } from './interference.ts';
import { answers, isScrape } from './scrapes.ts';

/** Alters the answers that a scraper gets who asks for OpenMetrics. */
export const openMetrics = (alter: (answer: PassingAnswer) => PassingAnswer) => (): Interference =>
  answers((passing) => isScrape(passing) && String(passing.headers.accept).includes('openmetrics'), alter);

/** The answer, said to be of another type. */
export const ofType =
  (type: string) =>
  (answer: PassingAnswer): PassingAnswer => ({ ...answer, headers: { ...answer.headers, 'content-type': type } });
