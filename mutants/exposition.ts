import {
  doubled,
  dropped,
  everyLine,
  firstLine,
  headerOf,
  sampleOf,
  truncated,
  valued,
  withLines,
} from '../helpers/mutation/lines.ts';
import { scrapesAfter } from '../helpers/mutation/memory.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { furtherArgument } from '../helpers/mutation/rolled-out.ts';
import { scrapes } from '../helpers/mutation/scrapes.ts';

export const bodyIsTruncated = mutant({
  sentence: 'The exposition ends in the middle of a line.',
  proxy: scrapes(truncated),
  fails: ['exposition/reads-strictly'],
});

export const typeIsUnknown = mutant({
  sentence: 'A family has a type that does not exist.',
  proxy: scrapes(firstLine(headerOf('TYPE', 'kube_pod_info'), (line) => [line.replace('gauge', 'gadget')])),
  fails: ['exposition/reads-strictly'],
});

export const quoteIsNotEscaped = mutant({
  sentence: 'A quotation mark in a label value is not escaped.',
  proxy: scrapes(firstLine(sampleOf('kube_pod_info'), (line) => [line.replace('namespace="', 'namespace=""')])),
  fails: ['exposition/reads-strictly'],
});

export const seriesIsDoubled = mutant({
  sentence: 'A series is there twice.',
  proxy: scrapes(firstLine(sampleOf('kube_pod_info'), doubled)),
  fails: ['exposition/no-duplicate-series'],
});

export const helpIsMissing = mutant({
  sentence: 'A family has no HELP.',
  proxy: scrapes(firstLine(headerOf('HELP', 'kube_pod_info'), dropped)),
  fails: ['exposition/help-and-type'],
});

export const labelIsSpecialToSomeReaders = mutant({
  sentence: 'A label has a name that some readers cannot hold.',
  proxy: scrapes(firstLine(sampleOf('kube_pod_info'), (line) => [line.replace('{', '{__proto__="a",')])),
  byItself: 'The accounting of pods tells of a label that is not theirs as well.',
  fails: ['exposition/second-reader-agrees'],
});

export const scrapesEndOnceObjectsAreLookedAt = mutant({
  sentence: 'The exporter answers no scrape any more while the objects are looked at.',
  proxy: scrapesAfter(
    ({ method, path }) => method === 'GET' && path === '/api/v1/replicationcontrollers',
    (answer) => ({ ...answer, status: 503, body: 'unavailable' }),
  ),
  fails: ['exposition/can-be-judged'],
});

export const familyIsUnheardOf = mutant({
  sentence: 'A family that belongs to no resource is exposed.',
  proxy: scrapes(
    withLines(
      '# HELP kube_unheard_of Nothing that is known.',
      '# TYPE kube_unheard_of gauge',
      'kube_unheard_of{namespace="default"} 1',
    ),
  ),
  fails: ['exposition/nothing-else'],
});

export const olderObjectsAreNotTold = mutant({
  sentence: 'Objects that were there before are not told of.',
  proxy: scrapes(everyLine(sampleOf('kube_configmap_info'), dropped)),
  byItself: 'The accounting of config maps misses them first.',
  fails: ['exposition/lists-what-was-there-before'],
});

export const valueIsWrong = mutant({
  sentence: 'A sample has a wrong value.',
  proxy: scrapes(firstLine(sampleOf('kube_deployment_spec_replicas', 'deployment="available"'), valued('7'))),
  fails: ['exposition/deployment'],
});

export const labelIsWrong = mutant({
  sentence: 'A label of a sample has a wrong value.',
  proxy: scrapes(
    firstLine(sampleOf('kube_service_info'), (line) => [line.replace(/cluster_ip="[^"]*"/, 'cluster_ip="10.43.99.99"')]),
  ),
  fails: ['exposition/service'],
});

export const labelIsMissing = mutant({
  sentence: 'A label of a sample is missing.',
  proxy: scrapes(firstLine(sampleOf('kube_service_info'), (line) => [line.replace(/,cluster_ip="[^"]*"/, '')])),
  fails: ['exposition/service'],
});

export const typeIsWrong = mutant({
  sentence: 'A gauge is called a counter.',
  proxy: scrapes(firstLine(headerOf('TYPE', 'kube_namespace_created'), (line) => [line.replace('gauge', 'counter')])),
  fails: ['exposition/namespace'],
});

export const seriesIsOfNoObject = mutant({
  sentence: 'A series of an object is exposed that is not there.',
  proxy: scrapes(
    firstLine(sampleOf('kube_secret_info'), (line) => [line, line.replace(/secret="[^"]*"/, 'secret="deleted-long-ago"')]),
  ),
  fails: ['exposition/secret'],
});

export const oneNamespaceIsIgnored = mutant({
  sentence: 'The exporter ignores the namespace default, in which the API server has a Service and a ConfigMap.',
  cluster: furtherArgument('--namespaces-denylist=default'),
  fails: ['exposition/service', 'exposition/endpoints', 'exposition/configmap'],
});
