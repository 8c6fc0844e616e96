import { cutOff } from '../../helpers/mutation/lines.ts';
import { scrapesAfter } from '../../helpers/mutation/memory.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const cutOffScrapeEndsIt = mutant({
  sentence: 'After a scrape that was cut off, every other one is cut off as well.',
  proxy: scrapesAfter(({ method, path }) => method === 'POST' && path.includes('resilience/pods'), cutOff(5000)),
  byItself: 'A scrape of any other requirement would be cut off as well.',
  fails: ['resilience/outlives-a-cut-off-scrape'],
});
