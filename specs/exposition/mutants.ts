import { customResourceState, furtherArgument } from '../../helpers/suite/mutant/changes.ts';
import {
  doubled,
  dropped,
  everyLine,
  firstLine,
  headerOf,
  sampleOf,
  truncated,
  valued,
  withBody,
  withLines,
} from '../../helpers/suite/mutant/lines.ts';
import { scrapesAfter } from '../../helpers/suite/mutant/memory.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { openMetrics, scrapes } from '../../helpers/suite/mutant/scrapes.ts';

/**
 * Repeats the series of one object in a family that no release repeats, so that no known issue explains the failure.
 * @param label as in the exposition: `pod="tolerates-twice"`
 */
const repeated = (family: string, label: string) => scrapes(everyLine(sampleOf(family, label), doubled));

export const expositionMutants = [
  mutant('autoscaler-with-two-queues-is-repeated', {
    sentence: 'The series of an autoscaler with two external metrics are repeated.',
    proxy: repeated('kube_horizontalpodautoscaler_info', 'horizontalpodautoscaler="two-queues"'),
    fails: ['exposition/no-duplicates-for-same-external-metric-twice'],
  }),
  mutant('autoscaler-on-two-containers-is-repeated', {
    sentence: 'The series of an autoscaler on the CPU of two containers are repeated.',
    target: 'current',
    setting: { kubernetes: 'v1.34.1' },
    proxy: repeated('kube_horizontalpodautoscaler_info', 'horizontalpodautoscaler="two-containers"'),
    fails: ['exposition/no-duplicates-for-resource-of-two-containers'],
  }),
  mutant('body-begins-with-a-byte-order-mark', {
    sentence: 'The exposition begins with a byte order mark.',
    proxy: scrapes((body) => `\ufeff${body}`),
    fails: ['exposition/reads-strictly'],
  }),
  mutant('body-is-truncated', {
    sentence: 'The exposition ends in the middle of a line.',
    proxy: scrapes(truncated),
    fails: ['exposition/reads-strictly'],
  }),
  mutant('claim-with-a-mode-twice-is-repeated', {
    sentence: 'The series of a PersistentVolumeClaim that lists an access mode twice are repeated.',
    proxy: repeated('kube_persistentvolumeclaim_info', 'persistentvolumeclaim="mode-twice"'),
    fails: ['exposition/no-duplicates-for-access-mode-twice'],
  }),
  mutant('custom-resource-label-is-of-another-path', {
    sentence: 'A label of a custom resource has the value of another path.',
    target: 'current',
    change: customResourceState(['list', 'watch']),
    proxy: scrapes(
      everyLine(sampleOf('kube_customresource_size', 'name="widget"'), (line) => [
        line.replace(/colour="[^"]*"/, 'colour="widget"'),
      ]),
    ),
    fails: ['exposition/custom-resources'],
  }),
  mutant('endpoint-conditions-are-confused', {
    sentence: 'The hostname of an endpoint is exposed as its condition terminating.',
    target: 'current',
    proxy: scrapes(
      everyLine(sampleOf('kube_endpointslice_endpoints', 'endpointslice="conditions"'), (line) => [
        line.replace('terminating="false"', 'terminating="first"').replace('hostname="first"', 'hostname=""'),
      ]),
    ),
    fails: ['exposition/right-labels-for-endpoint-conditions'],
  }),
  mutant('family-is-unknown', {
    sentence: 'A family that belongs to no resource is exposed.',
    proxy: scrapes(
      withLines(
        '# HELP kube_unknown A family of no release.',
        '# TYPE kube_unknown gauge',
        'kube_unknown{namespace="default"} 1',
      ),
    ),
    fails: ['exposition/nothing-else'],
  }),
  mutant('help-is-missing', {
    sentence: 'A family has no HELP.',
    proxy: scrapes(firstLine(headerOf('HELP', 'kube_pod_info'), dropped)),
    fails: ['exposition/help-and-type'],
  }),
  mutant('ingress-with-two-rules-is-repeated', {
    sentence: 'The series of an Ingress with two rules for the same path are repeated.',
    proxy: repeated('kube_ingress_info', 'ingress="path-twice"'),
    fails: ['exposition/no-duplicates-for-same-path-twice'],
  }),
  mutant('ingress-with-two-tls-blocks-is-repeated', {
    sentence: 'The series of an Ingress with two TLS blocks are repeated.',
    proxy: repeated('kube_ingress_info', 'ingress="tls-twice"'),
    fails: ['exposition/no-duplicates-for-tls-of-one-secret'],
  }),
  mutant('label-is-missing', {
    sentence: 'A label of a sample is missing.',
    proxy: scrapes(firstLine(sampleOf('kube_service_info'), (line) => [line.replace(/,cluster_ip="[^"]*"/, '')])),
    fails: ['exposition/service'],
  }),
  mutant('label-is-a-property-of-every-object', {
    sentence: 'A label has a name that some readers cannot store: __proto__.',
    proxy: scrapes(firstLine(sampleOf('kube_pod_info'), (line) => [line.replace('{', '{__proto__="a",')])),
    byItself: 'The accounting of pods would report the additional label as well.',
    fails: ['exposition/second-reader-agrees'],
  }),
  mutant('label-is-wrong', {
    sentence: 'A label of a sample has a wrong value.',
    proxy: scrapes(
      firstLine(sampleOf('kube_service_info'), (line) => [line.replace(/cluster_ip="[^"]*"/, 'cluster_ip="10.43.99.99"')]),
    ),
    fails: ['exposition/service'],
  }),
  mutant('older-objects-are-not-exposed', {
    sentence: 'Objects that existed before the start are not exposed.',
    proxy: scrapes(everyLine(sampleOf('kube_configmap_info'), dropped)),
    byItself: 'The accounting of ConfigMaps would miss them first.',
    fails: ['exposition/lists-what-was-there-before'],
  }),
  mutant('namespace-is-ignored', {
    sentence: 'The exporter ignores the namespace default, which has a Service, its Endpoints and a ConfigMap.',
    cluster: furtherArgument('--namespaces-denylist=default'),
    fails: ['exposition/service', 'exposition/endpoints', 'exposition/configmap'],
  }),
  mutant('open-metrics-has-no-end', {
    sentence: 'The OpenMetrics exposition of the current release lacks its last line.',
    target: 'current',
    proxy: openMetrics(withBody((body) => body.replace('# EOF\n', ''))),
    fails: ['exposition/openmetrics'],
  }),
  mutant('pod-with-two-tolerations-is-repeated', {
    sentence: 'The series of a pod that lists a toleration twice are repeated.',
    proxy: repeated('kube_pod_info', 'pod="tolerates-twice"'),
    fails: ['exposition/no-duplicates-for-duplicate-tolerations'],
  }),
  mutant('quote-is-not-escaped', {
    sentence: 'A quotation mark in a label value is not escaped.',
    proxy: scrapes(firstLine(sampleOf('kube_pod_info'), (line) => [line.replace('namespace="', 'namespace=""')])),
    fails: ['exposition/reads-strictly'],
  }),
  mutant('samples-have-timestamps', {
    sentence: 'The samples of a family have a timestamp of 2020.',
    proxy: scrapes(everyLine(sampleOf('kube_pod_info'), (line) => [`${line} 1577836800000`])),
    fails: ['exposition/without-timestamps'],
  }),
  mutant('scrapes-fail-once-objects-are-listed', {
    sentence: 'The exporter answers no scrape after the objects have been listed.',
    proxy: scrapesAfter(
      ({ method, path }) => method === 'GET' && path === '/api/v1/replicationcontrollers',
      (answer) => ({ ...answer, status: 503, body: 'unavailable' }),
    ),
    fails: ['exposition/can-be-judged'],
  }),
  mutant('series-is-repeated', {
    sentence: 'A series is exposed twice.',
    proxy: scrapes(firstLine(sampleOf('kube_pod_info'), doubled)),
    fails: ['exposition/no-duplicate-series'],
  }),
  mutant('series-has-no-object', {
    sentence: 'A series of an object that does not exist is exposed.',
    proxy: scrapes(
      firstLine(sampleOf('kube_secret_info'), (line) => [line, line.replace(/secret="[^"]*"/, 'secret="deleted-long-ago"')]),
    ),
    fails: ['exposition/secret'],
  }),
  mutant('type-is-missing', {
    sentence: 'A family has no TYPE.',
    proxy: scrapes(firstLine(headerOf('TYPE', 'kube_pod_info'), dropped)),
    fails: ['exposition/help-and-type'],
  }),
  mutant('type-is-invalid', {
    sentence: 'A family has a type that does not exist.',
    proxy: scrapes(firstLine(headerOf('TYPE', 'kube_pod_info'), (line) => [line.replace('gauge', 'gadget')])),
    fails: ['exposition/reads-strictly'],
  }),
  mutant('type-is-wrong', {
    sentence: 'A gauge is exposed as a counter.',
    proxy: scrapes(firstLine(headerOf('TYPE', 'kube_namespace_created'), (line) => [line.replace('gauge', 'counter')])),
    fails: ['exposition/namespace'],
  }),
  mutant('value-is-wrong', {
    sentence: 'A sample has a wrong value.',
    proxy: scrapes(firstLine(sampleOf('kube_deployment_spec_replicas', 'deployment="available"'), valued('7'))),
    fails: ['exposition/deployment'],
  }),
];
