import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const resourceBackendIsNotTold = mutant({
  sentence: 'The current release does not tell of an Ingress whose backend is a resource.',
  target: 'current',
  proxy: scrapes((body) => body.replace(/^.*ingress="resource-backend".*\n/gm, '')),
  fails: ['resilience/survives-resource-backend'],
});
