import { cutOff, doubled, everyLine } from '../helpers/mutation/lines.ts';
import { scrapesAfter } from '../helpers/mutation/memory.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { scrapes } from '../helpers/mutation/scrapes.ts';

/** What a release is known to repeat is told from this: the repeated series is one that no release repeats. */
const repeats = (family: string, label: string) =>
  scrapes(everyLine((line) => line.startsWith(`${family}{`) && line.includes(label), doubled));

export const podOfTwoTolerationsIsRepeated = mutant({
  sentence: 'The series of a pod that lists a toleration twice are repeated.',
  proxy: repeats('kube_pod_info', 'pod="tolerates-twice"'),
  fails: ['exposition/no-duplicates-for-duplicate-tolerations'],
});

export const ingressOfTwoTlsBlocksIsRepeated = mutant({
  sentence: 'The series of an Ingress with two TLS blocks are repeated.',
  proxy: repeats('kube_ingress_info', 'ingress="tls-twice"'),
  fails: ['exposition/no-duplicates-for-tls-of-one-secret'],
});

export const ingressOfTwoRulesIsRepeated = mutant({
  sentence: 'The series of an Ingress with two rules of one path are repeated.',
  proxy: repeats('kube_ingress_info', 'ingress="path-twice"'),
  fails: ['exposition/no-duplicates-for-same-path-twice'],
});

export const autoscalerOfTwoQueuesIsRepeated = mutant({
  sentence: 'The series of an autoscaler on two external metrics are repeated.',
  proxy: repeats('kube_horizontalpodautoscaler_info', 'horizontalpodautoscaler="two-queues"'),
  fails: ['exposition/no-duplicates-for-same-external-metric-twice'],
});

export const slowReaderHarmsForGood = mutant({
  sentence: 'Once a reader has stalled, every scrape is cut off, also when the reader is gone.',
  proxy: scrapesAfter(({ method, path }) => method === 'POST' && path.endsWith('resilience/pods'), cutOff(5000)),
  byItself: 'A scrape of any other requirement would be cut off as well.',
  fails: ['resilience/outlives-a-slow-reader'],
});
