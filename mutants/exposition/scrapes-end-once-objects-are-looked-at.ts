import { scrapesAfter } from '../../helpers/mutation/memory.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const scrapesEndOnceObjectsAreLookedAt = mutant({
  sentence: 'The exporter answers no scrape any more while the objects are looked at.',
  proxy: scrapesAfter(
    ({ method, path }) => method === 'GET' && path === '/api/v1/replicationcontrollers',
    (answer) => ({ ...answer, status: 503, body: 'unavailable' }),
  ),
  fails: ['exposition/can-be-judged'],
});
