import { cutOff, dropped, everyLine, sampleOf, withBody } from '../../helpers/suite/mutant/lines.ts';
import { scrapesAfter } from '../../helpers/suite/mutant/memory.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { type Loose, objects, scrapes } from '../../helpers/suite/mutant/scrapes.ts';
import { crowded } from './crowded.ts';

export const resilienceMutants = [
  mutant('cut-off-scrape-ends-it', {
    sentence: 'After a scrape that was cut off, every other one is cut off as well.',
    proxy: scrapesAfter(({ method, path }) => method === 'POST' && path.includes('resilience/pods'), cutOff(5000)),
    byItself: 'A scrape of any other requirement would be cut off as well.',
    fails: ['resilience/outlives-a-cut-off-scrape'],
  }),
  mutant('eight-are-too-many', {
    sentence: 'Of more than four scrapes at once some are cut off.',
    proxy: crowded(4),
    fails: ['resilience/answers-eight-at-once'],
  }),
  mutant('exporter-was-restarted', {
    sentence: 'The exporter was restarted meanwhile, and was Ready again in no time.',
    proxy: () =>
      objects(
        ({ method, path }) => method === 'GET' && path.endsWith('/pods'),
        ({ items }) => {
          for (const { metadata, status } of items as (Loose & { status: { containerStatuses?: object[] } })[]) {
            if (!metadata.name.includes('kube-state-metrics')) continue;
            for (const container of status.containerStatuses ?? []) Object.assign(container, { restartCount: 1 });
          }
        },
      ),
    byItself: 'Whether it becomes Ready without a restart is looked at first.',
    fails: ['resilience/was-never-restarted'],
  }),
  mutant('resource-backend-is-not-told', {
    sentence: 'The current release does not tell of an Ingress whose backend is a resource.',
    target: 'current',
    proxy: scrapes((body) => body.replace(/^.*ingress="resource-backend".*\n/gm, '')),
    fails: ['resilience/survives-resource-backend'],
  }),
  mutant('restart-loses-series', {
    sentence: 'After a restart the exporter lacks the pods of a namespace.',
    proxy: scrapesAfter(
      ({ method, path }) => method === 'DELETE' && path.includes('/pods/'),
      withBody(everyLine(sampleOf('kube_pod_info', 'namespace="kube-system"'), dropped)),
    ),
    fails: ['resilience/comes-back-with-the-same-series'],
  }),
  mutant('slow-reader-harms-for-good', {
    sentence: 'Once a reader has stalled, every scrape is cut off, also when the reader is gone.',
    proxy: scrapesAfter(({ method, path }) => method === 'POST' && path.endsWith('resilience/pods'), cutOff(5000)),
    byItself: 'A scrape of any other requirement would be cut off as well.',
    fails: ['resilience/outlives-a-slow-reader'],
  }),
];
