import { cutOff } from '../../helpers/mutation/lines.ts';
import { scrapesAfter } from '../../helpers/mutation/memory.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const slowReaderHarmsForGood = mutant({
  sentence: 'Once a reader has stalled, every scrape is cut off, also when the reader is gone.',
  proxy: scrapesAfter(({ method, path }) => method === 'POST' && path.endsWith('resilience/pods'), cutOff(5000)),
  byItself: 'A scrape of any other requirement would be cut off as well.',
  fails: ['resilience/outlives-a-slow-reader'],
});
