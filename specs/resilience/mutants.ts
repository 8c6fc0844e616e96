import type { Interference } from '../../helpers/suite/mutant/interference.ts';
import { dropped, everyLine, firstLine, sampleOf, valued, withBody } from '../../helpers/suite/mutant/lines.ts';
import { scrapesAfter } from '../../helpers/suite/mutant/memory.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { admission, isScrape, type Loose, objects, scrapes } from '../../helpers/suite/mutant/scrapes.ts';
import { seconds } from '../../helpers/wait.ts';

/** Changes the liveness probe of a copy when it is created. */
const probeOfCopy = (copy: string, change: (probe: { failureThreshold: number; httpGet: { path: string } }) => void) => () =>
  admission('pods', ({ metadata, spec }) => {
    if (!metadata.name.startsWith(`${copy}-`)) return;
    for (const { livenessProbe } of spec.containers as { livenessProbe?: Parameters<typeof change>[0] }[]) {
      if (livenessProbe) change(livenessProbe);
    }
  });

/** How long an answer is delayed, so that concurrent scrapes also are answered concurrently. */
const delay = seconds(0.5);

/** Cuts off the scrapes that exceed a number of concurrent ones. */
const limitConcurrentScrapes = (limit: number) => (): Interference => {
  let concurrent = 0;
  return {
    answer: (passing) => {
      if (!isScrape(passing)) return undefined;
      concurrent += 1;
      const isTooMany = concurrent > limit;
      return async (answer) => {
        await new Promise((resolve) => setTimeout(resolve, delay));
        concurrent -= 1;
        return isTooMany ? { ...answer, body: answer.body.slice(0, answer.body.length / 2) } : answer;
      };
    },
  };
};

/** What remains of a scrape that ends with a whole line, so that its end shows nothing. */
const cutAtLineEnd = (body: string) => body.slice(0, body.indexOf('\n', 5000) + 1);

/** What the copy exposes of the objects of each fault: a line with this text. */
const exposedByFault = {
  'resource-backend': 'ingress="resource-backend"',
  'cronjob-step': 'cronjob="every-two-hours"',
  'cronjob-time-zone': 'cronjob="in-kolkata"',
  'endpointslice-port': 'endpointslice="every-port"',
  'autoscaler-status': 'horizontalpodautoscaler="without-source"',
  'conflicting-labels': 'service="conflicting"',
  'custom-resource-without-crd': 'configmap="beside-nothing"',
  'help-with-line-feed': 'name="helpwithlinefeed"',
  'one-name-of-two-kinds': 'name="secondofname"',
  'definition-again': 'name="definedagain"',
  'two-shards': 'configmap="of-a-shard-7"',
} as const;

/** A wrong sample of an object in place of the right ones. */
const wrongByFault = {
  'cronjob-time-zone': firstLine(sampleOf('kube_cronjob_next_schedule_time', 'cronjob="in-kolkata"'), valued('1e9')),
  'endpointslice-port': firstLine(sampleOf('kube_endpointslice_ports', 'endpointslice="every-port"'), (line) => [
    line.replace('port_number=""', 'port_number="0"'),
  ]),
} as const;

/** The Kubernetes that has every field of a fault's objects, where the oldest does not. */
const settingOf = (fault: string) => (fault === 'cronjob-time-zone' ? { setting: { kubernetes: 'v1.34.1' } } : {});

export const resilienceMutants = [
  ...Object.entries(exposedByFault).map(([fault, text]) =>
    mutant(`${fault}-is-not-exposed`, {
      sentence: `The current release does not expose the objects of the fault ${fault}.`,
      target: 'current',
      ...settingOf(fault),
      proxy: scrapes(everyLine((line) => line.includes(text), dropped)),
      fails: [`resilience/survives-${fault}`],
    }),
  ),
  ...Object.entries(wrongByFault).map(([fault, alter]) =>
    mutant(`${fault}-is-wrong`, {
      sentence: `The current release exposes a wrong sample of the objects of the fault ${fault}.`,
      target: 'current',
      ...settingOf(fault),
      proxy: scrapes(alter),
      fails: [`resilience/survives-${fault}`],
    }),
  ),
  mutant('label-is-given-twice', {
    sentence: 'The current release gives a sample the same label name twice.',
    target: 'current',
    proxy: scrapes(
      firstLine(sampleOf('kube_service_labels', 'service="conflicting"'), (line) => [
        line.replace('{', '{label_a="a",label_a="b",'),
      ]),
    ),
    fails: ['resilience/survives-conflicting-labels'],
  }),
  mutant('copies-crash', {
    sentence: 'The process of a copy of the exporter that reads only Ingresses ends.',
    target: 'current',
    proxy: () =>
      objects(
        ({ method, path }) => method === 'GET' && path.includes('/pods/resource-backend-0-'),
        ({ status }) => {
          // Only a process that ran has a log.
          type Status = { readonly state?: { readonly running?: object } };
          const { containerStatuses = [] } = status as { readonly containerStatuses?: readonly Status[] };
          for (const container of containerStatuses.filter(({ state }) => state?.running !== undefined))
            Object.assign(container, { state: { terminated: { exitCode: 2 } } });
        },
      ),
    fails: ['resilience/survives-resource-backend'],
  }),
  mutant('cut-off-scrape-breaks-all-scrapes', {
    sentence: 'After a scrape that was cut off, every later one is cut off as well.',
    proxy: scrapesAfter(({ method, path }) => method === 'POST' && path.endsWith('resilience/pods'), withBody(cutAtLineEnd)),
    byItself: 'A scrape of any other requirement would be cut off as well.',
    fails: ['resilience/outlives-a-cut-off-scrape'],
  }),
  mutant('short-api-server-pause-restarts', {
    sentence: 'The first probe that fails while the API server does not respond restarts the current release.',
    target: 'current',
    proxy: probeOfCopy('short-pause', (probe) => {
      probe.failureThreshold = 1;
    }),
    fails: ['resilience/outlives-a-short-api-server-pause'],
  }),
  mutant('long-api-server-pause-restarts-nothing', {
    sentence: 'The probe of the current release does not depend on the API server, though it requests /livez.',
    target: 'current',
    proxy: probeOfCopy('long-pause', (probe) => {
      probe.httpGet.path = '/healthz';
    }),
    fails: ['resilience/recovers-from-a-long-api-server-pause'],
  }),
  mutant('long-api-server-pause-loses-an-object', {
    sentence: 'What was created while the API server did not respond is not exposed afterwards.',
    proxy: scrapes(everyLine((line) => line.includes('configmap="created-in-a-long-pause"'), dropped)),
    fails: ['resilience/recovers-from-a-long-api-server-pause'],
  }),
  mutant('concurrent-scrapes-are-limited', {
    sentence: 'Of more than four concurrent scrapes, some are cut off.',
    proxy: limitConcurrentScrapes(4),
    fails: ['resilience/answers-eight-at-once'],
  }),
  mutant('exporter-was-restarted', {
    sentence: 'The exporter has restarted and is Ready again.',
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
    byItself: 'The requirement that it becomes Ready without a restart would fail first.',
    fails: ['resilience/was-never-restarted'],
  }),
  mutant('restart-loses-series', {
    sentence: 'After a restart the exporter lacks the pods of a namespace.',
    proxy: scrapesAfter(
      ({ method, path }) => method === 'DELETE' && /\/pods\/deleted-/.test(path),
      withBody(everyLine(sampleOf('kube_pod_info', 'namespace="kube-system"'), dropped)),
    ),
    fails: ['resilience/comes-back-with-the-same-series'],
  }),
  mutant('slow-reader-breaks-all-scrapes', {
    sentence: 'After a reader has stalled, every scrape is cut off, even once the reader is gone.',
    proxy: scrapesAfter(({ method, path }) => method === 'POST' && path.endsWith('resilience/pods'), withBody(cutAtLineEnd)),
    byItself: 'A scrape of any other requirement would be cut off as well.',
    fails: ['resilience/outlives-a-slow-reader'],
  }),
];
