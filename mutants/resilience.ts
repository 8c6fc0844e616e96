import { crowded } from '../helpers/mutation/crowded.ts';
import { cutOff, dropped, everyLine, sampleOf, withBody } from '../helpers/mutation/lines.ts';
import { scrapesAfter } from '../helpers/mutation/memory.ts';
import { mutant } from '../helpers/mutation/mutant.ts';

export const cutOffScrapeEndsIt = mutant({
  sentence: 'After a scrape that was cut off, every other one is cut off as well.',
  proxy: scrapesAfter(({ method, path }) => method === 'POST' && path.includes('resilience/pods'), cutOff(5000)),
  byItself: 'A scrape of any other requirement would be cut off as well.',
  fails: ['resilience/outlives-a-cut-off-scrape'],
});

export const eightAreTooMany = mutant({
  sentence: 'Of more than four scrapes at once some are cut off.',
  proxy: crowded(4),
  fails: ['resilience/answers-eight-at-once'],
});

export const restartLosesSeries = mutant({
  sentence: 'After a restart the exporter lacks the pods of a namespace.',
  proxy: scrapesAfter(
    ({ method, path }) => method === 'DELETE' && path.includes('/pods/'),
    withBody(everyLine(sampleOf('kube_pod_info', 'namespace="kube-system"'), dropped)),
  ),
  fails: ['resilience/comes-back-with-the-same-series'],
});
